#include "app/commands/commands.h"

#include "app/commands/analyze.h"
#include "app/commands/audit.h"
#include "app/commands/check.h"
#include "app/commands/credential.h"
#include "app/commands/demo.h"
#include "app/commands/emulate.h"
#include "app/commands/hook.h"
#include "app/commands/migrate.h"
#include "app/commands/serve.h"
#include "app/commands/settings.h"
#include "app/commands/stdio.h"
#include "app/commands/talk.h"
#include "app/commands/token.h"
#include "app/commands/user.h"

namespace mtc::app {

void add_commands(CLI::App& app, int& exit_code) {
  add_serve_command(app, exit_code);
  add_stdio_command(app, exit_code);
  add_demo_command(app, exit_code);
  add_talk_command(app, exit_code);
  add_analyze_command(app, exit_code);
  add_check_command(app, exit_code);
  add_settings_command(app, exit_code);
  add_user_command(app, exit_code);
  add_token_command(app, exit_code);
  add_credential_command(app, exit_code);
  add_hook_command(app, exit_code);
  add_audit_command(app, exit_code);
  add_migrate_command(app, exit_code);
  add_emulate_command(app, exit_code);
}

}  // namespace mtc::app

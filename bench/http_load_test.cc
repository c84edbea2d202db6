#include "http_load.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "file_descriptor.h"

namespace mtc::bench {
namespace {

std::string answer(int status, std::string_view body, std::string_view headers = {}) {
  return fmt::format("HTTP/1.1 {} X\r\n{}Content-Length: {}\r\n\r\n{}", status, headers,
                     body.size(), body);
}

const std::string kEcho = answer(200, fmt::format("{{{}}}", marker_of(Call::echo)));

// Listens on a free loopback port; the script maps a request to its answer. An empty answer closes
// the connection.
class ScriptedServer {
 public:
  using Script = std::function<std::string(const std::string& request)>;

  explicit ScriptedServer(Script script)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_.get(), 16);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    target = {.host = "127.0.0.1", .port = ntohs(address.sin_port), .path = "/mcp", .token = {}};
    int ends[2] = {};
    if (::pipe(ends) != 0) std::abort();
    wake_ = FileDescriptor(ends[0]);
    stop_ = FileDescriptor(ends[1]);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    stop_.reset();
    thread_.join();
  }

  McpTarget target;

 private:
  void serve() {
    std::map<int, FileDescriptor> peers;
    while (true) {
      std::vector<pollfd> waiting{{.fd = wake_.get(), .events = POLLIN},
                                  {.fd = listener_.get(), .events = POLLIN}};
      for (const auto& [fd, peer] : peers) waiting.push_back({.fd = fd, .events = POLLIN});
      ::poll(waiting.data(), waiting.size(), -1);
      if (waiting[0].revents != 0) return;
      if (waiting[1].revents != 0) {
        const int fd = ::accept(listener_.get(), nullptr, nullptr);
        peers.emplace(fd, FileDescriptor(fd));
      }
      for (std::size_t i = 2; i < waiting.size(); ++i) {
        if (waiting[i].revents != 0 && !serve_one(waiting[i].fd)) peers.erase(waiting[i].fd);
      }
    }
  }

  // Requests are small and arrive whole. False: the connection is over.
  bool serve_one(int fd) {
    std::string request(4096, '\0');
    const auto got = ::recv(fd, request.data(), request.size(), 0);
    if (got <= 0) return false;
    request.resize(static_cast<std::size_t>(got));
    const auto text = script_(request);
    return !text.empty() && ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) > 0;
  }

  const Script script_;
  FileDescriptor listener_;
  FileDescriptor wake_;
  FileDescriptor stop_;
  std::thread thread_;
};

Result<LoadFigures> load(const ScriptedServer& server, Era era) {
  return run_http_load({.target = server.target,
                        .era = era,
                        .call = Call::echo,
                        .connections = 3,
                        .warmup = std::chrono::milliseconds(0),
                        .length = std::chrono::milliseconds(20)});
}

TEST(HttpLoad, CountsRightAnswers) {
  const ScriptedServer server([](const std::string&) { return kEcho; });
  auto figures = load(server, Era::modern);
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->failures, 0U) << figures->first_failure;
  EXPECT_GT(figures->latencies.count(), 0U);
  EXPECT_GE(figures->answers, figures->latencies.count());
  EXPECT_GT(figures->latencies.percentile(50), 0);
  EXPECT_EQ(figures->answer_bytes, kEcho.size());
}

TEST(HttpLoad, CountsWrongAnswersAndLostConnectionsApart) {
  const struct {
    const char* name;
    std::string answer;
    const char* why;
  } cases[] = {
      {"another status", answer(500, marker_of(Call::echo)), "500"},
      {"another text", answer(200, R"({"error":{}})"), "error"},
      {"no HTTP", "SSH-2.0\r\n\r\n", "SSH-2.0"},
      {"closed", "", "closed"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const ScriptedServer server([&c](const std::string&) { return c.answer; });
    const auto figures = load(server, Era::modern);
    ASSERT_TRUE(figures);
    EXPECT_GE(figures->failures, 3U);
    EXPECT_EQ(figures->latencies.count(), 0U);
    EXPECT_NE(figures->first_failure.find(c.why), std::string::npos) << figures->first_failure;
  }
}

TEST(HttpLoad, OpensASessionPerConnectionUsesItAndEndsIt) {
  int opened = 0;
  int used = 0;
  int ended = 0;
  {
    const ScriptedServer server([&](const std::string& request) {
      if (request.contains(R"("initialize")")) {
        return answer(200, "{}", fmt::format("Mcp-Session-Id: s{}\r\n", ++opened));
      }
      if (request.contains("notifications/initialized")) return answer(202, "");
      if (!request.contains("Mcp-Session-Id: s")) return answer(400, "");
      if (!request.starts_with("DELETE")) return ++used, kEcho;
      ++ended;
      return answer(204, "");
    });
    const auto figures = load(server, Era::legacy);
    ASSERT_TRUE(figures);
    EXPECT_EQ(figures->failures, 0U) << figures->first_failure;
  }
  EXPECT_EQ(opened, 3);
  EXPECT_GT(used, 0);
  EXPECT_EQ(ended, 3);
}

TEST(HttpLoad, CannotBeginWithoutAServerOrASession) {
  McpTarget gone;
  {
    const ScriptedServer server([](const std::string&) { return answer(503, "busy"); });
    gone = server.target;
    const auto refused = load(server, Era::legacy);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("503: busy"), std::string::npos);
  }
  const auto figures = run_http_load({.target = gone});
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace mtc::bench

#include "infra/crypto/secret_box.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/encoding.h"
#include "base/text.h"
#include "infra/crypto/sha256.h"
#include "infra/files/descriptor.h"
#include "infra/files/files.h"

namespace mtc {

namespace {

constexpr std::string_view kPrefix = "mtc1.";
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kMaxKeyFile = 65536;
static_assert(SecretKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

// The heading is authenticated too, so that nobody relabels a text with another key's id.
std::string authenticated(std::string_view key_id, std::string_view associated) {
  return fmt::format("{}{}.{}", kPrefix, key_id, associated);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

struct Sealed {
  std::string_view key_id;
  std::string body;  // nonce and ciphertext
};

Result<Sealed> parse_sealed(std::string_view text) {
  const auto broken = [] {
    return fail(Errc::invalid_argument, "this is no encrypted text of ours, or it was cut");
  };
  if (!text.starts_with(kPrefix)) return broken();
  text.remove_prefix(kPrefix.size());
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return broken();
  auto body = from_base64url(text.substr(dot + 1));
  if (!body || body->size() < kNonce + kTag) return broken();
  return Sealed{.key_id = text.substr(0, dot), .body = std::move(*body)};
}

std::unexpected<Error> fail_file(const std::filesystem::path& file, std::string_view what,
                                 int error) {
  const Errc code = error == EACCES || error == EPERM    ? Errc::denied
                    : error == ENOENT                    ? Errc::not_found
                    : error == ENOSPC || error == EDQUOT ? Errc::resource_exhausted
                                                         : Errc::unavailable;
  return fail(code,
              fmt::format("key file {}: cannot {}: {}", file.string(), what, std::strerror(error)));
}

Result<std::string> read_private_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return fail_file(path, "open it", errno);
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return fail_file(path, "examine it", errno);
  if (!S_ISREG(info.st_mode))
    return fail(Errc::invalid_argument, fmt::format("{} is not a file", path.string()));
  if ((info.st_mode & 077) != 0) {
    return fail(Errc::denied,
                fmt::format("key file {} may be read by others (mode {:o}); run: chmod 600 {}",
                            path.string(), info.st_mode & 0777, path.string()));
  }
  std::string text(kMaxKeyFile, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_file(path, "read it", errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

// Held while the file is created or extended: of two processes the second sees what the first
// wrote.
Result<Descriptor> lock_folder(const std::filesystem::path& path) {
  std::error_code error;
  const auto folder = folder_of(path);
  if (!std::filesystem::exists(folder, error)) {
    std::filesystem::create_directories(folder, error);
    if (error) return fail_file(path, "create its folder", error.value());
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  Descriptor lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock.valid()) return fail_file(path, "open its folder", errno);
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return fail_file(path, "lock its folder", errno);
  }
  return lock;
}

Result<KeyRing> parse_file(const std::filesystem::path& path, std::string& text) {
  std::string keys;
  for (const auto line : split(text, '\n')) {
    const auto key = trim(line);
    if (key.empty() || key.starts_with('#')) continue;
    keys.append(key).push_back(' ');
  }
  auto ring = KeyRing::parse(keys);
  wipe(keys);
  if (!ring) return fail_in("key file " + path.string(), std::move(ring).error());
  return ring;
}

constexpr std::string_view kFileHeading =
    "# Keys that protect the stored credentials, one a line, the newest last. Keep a copy in a "
    "safe place:\n"
    "# without them the stored credentials cannot be read.\n";

}  // namespace

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

SecretKey SecretKey::generate(Random& random) {
  SecretKey key;
  random.fill(std::as_writable_bytes(std::span(key.bytes_)));
  return key;
}

Result<SecretKey> SecretKey::parse(std::string_view base64) {
  auto bytes = from_base64(base64);
  if (!bytes || bytes->size() != kSize) {
    if (bytes) wipe(*bytes);
    return fail(
        Errc::invalid_argument,
        "a key is the Base64 text of 32 random bytes; make one with: openssl rand -base64 32");
  }
  SecretKey key;
  std::memcpy(key.bytes_.data(), bytes->data(), kSize);
  wipe(*bytes);
  return key;
}

SecretKey::~SecretKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

std::string SecretKey::id() const {
  std::string text = "mtc key id";
  text.append(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  auto id = to_hex(sha256(text).substr(0, 4));
  wipe(text);
  return id;
}

std::string SecretKey::to_text() const {
  return to_base64({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
}

KeyRing KeyRing::generate(Random& random) {
  return KeyRing({SecretKey::generate(random)});
}

Result<KeyRing> KeyRing::parse(std::string_view text) {
  constexpr std::string_view kSeparators = " \t\r\n,";
  std::vector<SecretKey> keys;
  while (true) {
    const auto start = text.find_first_not_of(kSeparators);
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const auto size = std::min(text.find_first_of(kSeparators), text.size());
    auto key = SecretKey::parse(text.substr(0, size));
    if (!key) return fail_in(fmt::format("key {}", keys.size() + 1), std::move(key).error());
    keys.push_back(*key);
    text.remove_prefix(size);
  }
  if (keys.empty()) return fail(Errc::invalid_argument, "there is no key in it");
  return KeyRing(std::move(keys));
}

Result<KeyRing> KeyRing::from_file(const std::filesystem::path& file, IfMissing if_missing,
                                   Random& random) {
  auto text = read_private_file(file);
  if (!text && text.error().code == Errc::not_found && if_missing == IfMissing::create) {
    auto lock = lock_folder(file);
    if (!lock) return fail(std::move(lock).error());
    text = read_private_file(file);  // perhaps somebody was quicker
    if (!text && text.error().code == Errc::not_found) {
      text = std::string(kFileHeading) + SecretKey::generate(random).to_text() + "\n";
      if (auto done = write_file(file.string(), *text, 0600); !done)
        return fail(std::move(done).error());
    }
  }
  if (!text) return fail(std::move(text).error());
  auto ring = parse_file(file, *text);
  wipe(*text);
  return ring;
}

Result<KeyRing> KeyRing::add_key_to_file(const std::filesystem::path& file, Random& random) {
  auto lock = lock_folder(file);
  if (!lock) return fail(std::move(lock).error());
  auto text = read_private_file(file);
  if (!text) return fail(std::move(text).error());
  if (!text->empty() && text->back() != '\n') text->push_back('\n');
  text->append(SecretKey::generate(random).to_text()).push_back('\n');
  auto ring = parse_file(file, *text);
  if (ring) {
    if (auto done = write_file(file.string(), *text, 0600); !done)
      ring = fail(std::move(done).error());
  }
  wipe(*text);
  return ring;
}

const SecretKey* KeyRing::find(std::string_view id) const {
  for (const auto& key : keys_) {
    if (key.id() == id) return &key;
  }
  return nullptr;
}

Result<KeyRing> load_key_ring(const std::filesystem::path& file, Random& random) {
  const char* const text = std::getenv("MTC_SECRET_KEY");
  if (text == nullptr || *text == '\0') return KeyRing::from_file(file, IfMissing::create, random);
  auto ring = KeyRing::parse(text);
  if (!ring) return fail_in("environment variable MTC_SECRET_KEY", std::move(ring).error());
  return ring;
}

SecretBox::SecretBox(KeyRing ring, Random& random, Reload reload)
    : ring_(std::move(ring)), random_(random), reload_(std::move(reload)) {}

std::string SecretBox::seal(std::string_view secret, std::string_view associated) const {
  const SecretKey key = [&] {
    const std::scoped_lock lock(mutex_);
    return ring_.newest();
  }();
  const auto key_id = key.id();
  const auto heading = authenticated(key_id, associated);
  std::string body(kNonce + secret.size() + kTag, '\0');
  random_.fill(std::as_writable_bytes(std::span(body)).first(kNonce));
  auto* const nonce = bytes_of(body);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonce, nullptr, bytes_of(secret),
                                             secret.size(), bytes_of(heading), heading.size(),
                                             nullptr, nonce, key.data());
  return fmt::format("{}{}.{}", kPrefix, key_id, to_base64url(body));
}

Result<std::string> SecretBox::open(std::string_view sealed, std::string_view associated) const {
  auto parts = parse_sealed(sealed);
  if (!parts) return fail(std::move(parts).error());
  const auto key = key_for(parts->key_id);
  if (!key) return fail(key.error());
  const auto heading = authenticated(parts->key_id, associated);
  const auto* const nonce = bytes_of(std::string_view(parts->body));
  const std::size_t size = parts->body.size() - kNonce;
  std::string secret(size - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(secret), nullptr, nullptr, nonce + kNonce,
                                                 size, bytes_of(heading), heading.size(), nonce,
                                                 key->data()) != 0) {
    return fail(Errc::denied, "the encrypted text was changed, or it belongs to another place");
  }
  return secret;
}

bool SecretBox::is_current(std::string_view sealed) const {
  const auto parts = parse_sealed(sealed);
  const std::scoped_lock lock(mutex_);
  return parts && parts->key_id == ring_.newest().id();
}

std::string SecretBox::keyed_hash(std::string_view message, std::string_view purpose) const {
  std::string key;
  {
    const std::scoped_lock lock(mutex_);
    key.assign(reinterpret_cast<const char*>(ring_.oldest().data()), SecretKey::kSize);
  }
  std::string derived = hmac_sha256(key, fmt::format("mtc-keyed-hash:{}", purpose));
  auto hash = hmac_sha256(derived, message);
  wipe(key);
  wipe(derived);
  return hash;
}

Result<SecretKey> SecretBox::key_for(std::string_view id) const {
  const std::scoped_lock lock(mutex_);
  if (const auto* key = ring_.find(id)) return *key;
  if (reload_) {
    if (auto ring = reload_()) ring_ = std::move(*ring);
    if (const auto* key = ring_.find(id)) return *key;
  }
  return fail(
      Errc::not_found,
      fmt::format(
          "the secret is encrypted with key {}, which is not in the key file or MTC_SECRET_KEY; "
          "restore that key",
          shorten_bytes(sanitize_utf8(id), 16)));
}

Result<std::unique_ptr<SecretBox>> open_secret_box(const std::filesystem::path& file,
                                                   Random& random) {
  auto ring = load_key_ring(file, random);
  if (!ring) return fail(std::move(ring).error());
  return std::make_unique<SecretBox>(std::move(*ring), random,
                                     [file, &random] { return load_key_ring(file, random); });
}

}  // namespace mtc

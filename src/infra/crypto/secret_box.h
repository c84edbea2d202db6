// Keeps secrets at rest: authenticated encryption (XChaCha20-Poly1305 of libsodium) under a ring of
// keys.
//
// A sealed text is "mtc1.<key id>.<base64url of 24 bytes nonce, then ciphertext with its 16 bytes
// tag>". The key id (8 hexadecimal digits of a hash of the key) tells which key opens it, so that
// keys can be replaced: the newest one seals, all of them open. The associated data says where the
// sealed text belongs ("credentials/7"): moved to another row it does not open.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace mtc {

// Overwrites the text in a way the compiler keeps, then empties it.
void wipe(std::string& text);

// 32 bytes that are overwritten when they are no longer needed.
class SecretKey {
 public:
  static constexpr std::size_t kSize = 32;

  static SecretKey generate(Random& random);
  // Errc::invalid_argument unless it is standard Base64 of exactly 32 bytes.
  static Result<SecretKey> parse(std::string_view base64);
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  const unsigned char* data() const { return bytes_.data(); }
  std::string id() const;
  std::string to_text() const;  // Base64; the caller wipes it

 private:
  SecretKey() = default;
  std::array<unsigned char, kSize> bytes_{};
};

enum class IfMissing { fail, create };

// The keys, oldest first; never empty.
//
// The file has one key a line in Base64, the newest last; empty lines and lines that start with #
// do not count. Deleting a line makes everything sealed with that key unreadable.
class KeyRing {
 public:
  static KeyRing generate(Random& random);
  // One or more keys separated by white space or commas, newest last: for MTC_SECRET_KEY.
  static Result<KeyRing> parse(std::string_view text);
  // Errc::denied if others than the owner may read or write the file. IfMissing::create makes it
  // (mode 0600) with one new key; of several processes that do so at once all get the same key.
  static Result<KeyRing> from_file(const std::filesystem::path& file, IfMissing if_missing,
                                   Random& random);
  // Adds a new key to the file, which is replaced as a whole: a crash leaves the old or the new
  // one.
  static Result<KeyRing> add_key_to_file(const std::filesystem::path& file, Random& random);

  const SecretKey& newest() const { return keys_.back(); }
  const SecretKey& oldest() const { return keys_.front(); }
  const SecretKey* find(std::string_view id) const;
  std::size_t size() const { return keys_.size(); }

 private:
  explicit KeyRing(std::vector<SecretKey> keys) : keys_(std::move(keys)) {}
  std::vector<SecretKey> keys_;
};

// The environment's MTC_SECRET_KEY if it is set, else the file, created if missing.
Result<KeyRing> load_key_ring(const std::filesystem::path& file, Random& random);

// Safe from any thread.
class SecretBox {
 public:
  using Reload = std::function<Result<KeyRing>()>;
  // `reload` is asked once for a newer ring when a sealed text names an unknown key: another
  // process may have added one. `random` outlives the box.
  SecretBox(KeyRing ring, Random& random, Reload reload = {});

  std::string seal(std::string_view secret, std::string_view associated) const;
  // Errc::invalid_argument if it is no sealed text, Errc::not_found if its key is not in the ring,
  // Errc::denied if it was changed or sealed for another place. The caller wipes what it gets.
  Result<std::string> open(std::string_view sealed, std::string_view associated) const;
  // Whether the newest key sealed it; if not, open it and seal it again.
  bool is_current(std::string_view sealed) const;

  // HMAC-SHA256 (32 bytes) under a key derived from the oldest one for that purpose: the same as
  // long as that key stays in the ring, whatever is added to it, and of no use without it.
  std::string keyed_hash(std::string_view message, std::string_view purpose) const;

 private:
  Result<SecretKey> key_for(std::string_view id) const;

  mutable std::mutex mutex_;  // guards ring_
  mutable KeyRing ring_;
  Random& random_;
  Reload reload_;
};

// A box with the keys of load_key_ring(), which notices when a key is added to the file later.
// `random` outlives it.
Result<std::unique_ptr<SecretBox>> open_secret_box(const std::filesystem::path& file,
                                                   Random& random);

}  // namespace mtc

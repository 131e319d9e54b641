#include "common/core/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <cassert>
#include <cerrno>
#include <new>
#include <system_error>

#include "common/core/text.h"

namespace argosy::crypto {
namespace {

constexpr std::size_t kSha256Bytes = 32, kSha1Bytes = 20;

// The calls below fail only when OpenSSL has no memory or no SHA-256: neither is an expected failure.
void must(int one) {
  if (one != 1) throw std::bad_alloc();
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(kSha256Bytes, '\0');
  must(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(), nullptr));
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return text::hex(sha256(bytes)); }

std::string sha1(std::string_view bytes) {
  std::string digest(kSha1Bytes, '\0');
  must(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha1(), nullptr));
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string digest(kSha256Bytes, '\0');
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(message), message.size(),
                          reinterpret_cast<unsigned char*>(digest.data()), &size);
  must(done != nullptr && size == kSha256Bytes ? 1 : 0);
  return digest;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t got = 0; got < count;) {
    const ssize_t more = getrandom(bytes.data() + got, count - got, 0);
    if (more < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    if (more > 0) got += static_cast<std::size_t>(more);
  }
  return bytes;
}

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) { must(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr)); }
Sha256::~Sha256() = default;
void Sha256::add(std::string_view bytes) { must(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size())); }

std::string Sha256::hex() {
  std::string digest(32, '\0');
  must(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr));
  return text::hex(digest);
}

}  // namespace argosy::crypto

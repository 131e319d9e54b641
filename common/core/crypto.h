// Digests and comparison in constant time (OpenSSL). Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace argosy::crypto {

std::string sha256(std::string_view bytes);                               // 32 bytes
std::string sha256_hex(std::string_view bytes);                           // 64 lower-case characters
std::string sha1(std::string_view bytes);                                 // 20 bytes; for formats that ask for it, proves nothing
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes, RFC 2104
bool equal_constant_time(std::string_view a, std::string_view b);         // time depends on the lengths only
std::string random_bytes(std::size_t count);                              // from the kernel

// SHA-256 of what does not fit into memory at once. One thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // of all that was added; the last call

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace argosy::crypto

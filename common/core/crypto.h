// Digests and comparison in constant time (OpenSSL). Any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::crypto {

std::string sha256(std::string_view bytes);                               // 32 bytes
std::string sha256_hex(std::string_view bytes);                           // 64 lower-case characters
std::string sha1(std::string_view bytes);                                 // 20 bytes; for formats that ask for it, proves nothing
std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes, RFC 2104
bool equal_constant_time(std::string_view a, std::string_view b);         // time depends on the lengths only
std::string random_bytes(std::size_t count);                              // from the kernel

}  // namespace argosy::crypto

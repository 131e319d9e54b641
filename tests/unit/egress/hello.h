// Builds ClientHello messages byte by byte, right and wrong ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argosy::egress {

inline std::string number(std::size_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  return out;
}
inline std::string block(std::string_view body, int length_bytes) { return number(body.size(), length_bytes) + std::string(body); }
inline std::string extension(std::uint16_t type, std::string_view body) { return number(type, 2) + block(body, 2); }
inline std::string server_name(std::string_view name) { return extension(0, block(number(0, 1) + block(name, 2), 2)); }
inline std::string record(std::string_view body) { return std::string("\x16\x03\x01", 3) + block(body, 2); }

inline std::string hello_message(std::string_view extensions) {
  const std::string body = "\x03\x03" + std::string(32, 'r') + block(std::string(32, 's'), 1) + block(std::string("\x13\x01", 2), 2) +
                           block(std::string(1, '\0'), 1) + block(extensions, 2);
  return number(1, 1) + block(body, 3);
}
inline std::string hello_for(std::string_view name) {
  return record(hello_message(extension(0x002b, std::string("\x02\x03\x04", 3)) + server_name(name) + extension(0x0017, "")));
}
inline std::string hello_without_name() { return record(hello_message(extension(0x0017, ""))); }

}  // namespace argosy::egress

#include "common/egress/client_hello.h"

#include <algorithm>

namespace argosy::egress {
namespace {

constexpr std::uint8_t kHandshake = 22, kClientHello = 1, kHostNameType = 0;
constexpr std::size_t kRecordHeader = 5, kMessageHeader = 4, kVersionAndRandom = 2 + 32, kLargestRecord = 16u << 10;
constexpr std::uint16_t kServerName = 0, kEncryptedHello = 0xfe0d;

std::unexpected<Refusal> malformed() { return refuse(403, "hello_malformed", "the TLS ClientHello is malformed"); }

// Big-endian fields, one after the other; after the first that is not there, all are empty and `ok` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool empty() const { return rest_.empty(); }
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const auto out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }
  std::size_t number(std::size_t bytes) {
    std::size_t out = 0;
    for (const char c : take(bytes)) out = out << 8 | static_cast<std::uint8_t>(c);
    return out;
  }
  std::string_view block(std::size_t length_bytes) { return take(number(length_bytes)); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// The first handshake message, out of as many records as it takes; nothing while it is incomplete.
std::optional<Judged<std::string>> handshake_message(std::string_view bytes) {
  std::string message;
  while (!bytes.empty()) {
    if (static_cast<std::uint8_t>(bytes[0]) != kHandshake || (bytes.size() > 1 && bytes[1] != 3))
      return message.empty() ? refuse(403, "not_tls", "only TLS goes through a tunnel") : Judged<std::string>(malformed());
    if (bytes.size() < kRecordHeader) return std::nullopt;
    const std::size_t length = Reader(bytes.substr(3)).number(2);
    if (length == 0 || length > kLargestRecord) return malformed();
    const std::string_view body = bytes.substr(kRecordHeader, length);
    message += body;
    if (!message.empty() && static_cast<std::uint8_t>(message[0]) != kClientHello) return malformed();
    if (message.size() >= kMessageHeader) {
      const std::size_t whole = kMessageHeader + Reader(std::string_view(message).substr(1)).number(3);
      if (whole > kMostHelloBytes) return malformed();
      // Nothing may follow a hello in its record: by the record's own length, for its end may not be here yet.
      if (message.size() - body.size() + length > whole) return malformed();
      if (message.size() == whole) return message;
    }
    if (body.size() < length) return std::nullopt;
    bytes.remove_prefix(kRecordHeader + length);
  }
  return std::nullopt;
}

Judged<std::string> server_name(std::string_view extension) {
  Reader names(Reader(extension).block(2));
  const std::size_t type = names.number(1);
  const std::string_view name = names.block(2);
  if (!names.ok() || !names.empty() || type != kHostNameType) return malformed();
  return std::string(name);
}

// The name that the hello asks for, if it names one.
Judged<std::optional<std::string>> asked_name(std::string_view message) {
  Reader hello(message.substr(kMessageHeader));
  hello.take(kVersionAndRandom);
  hello.block(1);  // session id
  hello.block(2);  // cipher suites
  hello.block(1);  // compression methods
  if (hello.ok() && hello.empty()) return std::nullopt;
  Reader extensions(hello.block(2));
  if (!hello.ok() || !hello.empty()) return malformed();
  std::optional<std::string> found;
  while (!extensions.empty()) {
    const auto type = static_cast<std::uint16_t>(extensions.number(2));
    const std::string_view body = extensions.block(2);
    if (!extensions.ok()) return malformed();
    if (type == kEncryptedHello) return refuse(403, "ech_refused", "an encrypted ClientHello does not say where it leads");
    if (type != kServerName) continue;
    auto name = server_name(body);
    if (!name) return std::unexpected(std::move(name.error()));
    if (found) return malformed();
    found = std::move(*name);
  }
  return found;
}

}  // namespace

std::optional<Judged<void>> judge_hello(std::string_view bytes, const HostName& asked_for, bool allow_missing_sni) {
  const auto message = handshake_message(bytes.substr(0, kMostHelloBytes));
  if (!message) return bytes.size() > kMostHelloBytes ? std::optional<Judged<void>>(malformed()) : std::nullopt;
  if (!*message) return std::unexpected(message->error());
  const auto name = asked_name(**message);
  if (!name) return std::unexpected(name.error());
  if (!*name) {
    if (allow_missing_sni || asked_for.is_address()) return Judged<void>();
    return refuse(403, "sni_missing", "the TLS ClientHello names no server");
  }
  const auto host = HostName::parse(**name);
  if (!host || *host != asked_for) return refuse(403, "sni_mismatch", "the TLS ClientHello names another server than CONNECT did");
  return Judged<void>();
}

std::string tls_alert() {
  constexpr char kAccessDenied[] = {21, 3, 3, 0, 2, 2, 49};
  return {kAccessDenied, sizeof kAccessDenied};
}

}  // namespace argosy::egress

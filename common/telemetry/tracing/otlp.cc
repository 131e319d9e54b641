#include "common/telemetry/tracing/otlp.h"

#include <bit>
#include <cstring>

#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::telemetry {
namespace {

constexpr std::string_view kScope = "argosy";
constexpr int kStatusError = 2;
enum WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// A message of protobuf that grows at its end.
class Message {
 public:
  void number(int field, std::uint64_t value) {
    key(field, kVarint);
    varint(value);
  }
  void fixed64(int field, std::uint64_t value) {
    key(field, kFixed64);
    little_endian(value, sizeof value);
  }
  void fixed32(int field, std::uint32_t value) {
    key(field, kFixed32);
    little_endian(value, sizeof value);
  }
  void bytes(int field, std::string_view value) {
    key(field, kBytes);
    varint(value.size());
    bytes_ += value;
  }
  void message(int field, const Message& value) { bytes(field, value.bytes_); }
  std::string take() { return std::move(bytes_); }

 private:
  void key(int field, WireType type) { varint(static_cast<std::uint64_t>(field) << 3 | type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>(value | 0x80));
    bytes_.push_back(static_cast<char>(value));
  }
  void little_endian(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i, value >>= 8) bytes_.push_back(static_cast<char>(value));
  }

  std::string bytes_;
};

std::string shown(std::string_view text) { return text::ellipsize(redact(text::to_utf8(text)), kMaxAttributeBytes); }
std::string id(std::string_view hex) { return text::from_hex(hex).value_or(""); }

Message key_value(const Attribute& attribute) {
  Message value;
  if (const auto* text = std::get_if<std::string>(&attribute.value)) value.bytes(1, shown(*text));
  if (const auto* truth = std::get_if<bool>(&attribute.value)) value.number(2, *truth ? 1 : 0);
  if (const auto* number = std::get_if<std::int64_t>(&attribute.value)) value.number(3, static_cast<std::uint64_t>(*number));
  Message out;
  out.bytes(1, attribute.key);
  out.message(2, value);
  return out;
}

// Flags: sampled, and "it is known that the parent is not from elsewhere" is left unsaid.
constexpr std::uint32_t kSampled = 1;

Message link_of(const TraceContext& to) {
  Message link;
  link.bytes(1, id(to.trace_id));
  link.bytes(2, id(to.span_id));
  link.fixed32(6, to.sampled ? kSampled : 0);
  return link;
}

Message message_of(const Span& span) {
  Message out;
  out.bytes(1, id(span.context.trace_id));
  out.bytes(2, id(span.context.span_id));
  if (!span.parent.empty()) out.bytes(4, id(span.parent));
  out.bytes(5, shown(span.name));
  out.number(6, static_cast<std::uint64_t>(span.kind));
  out.fixed64(7, static_cast<std::uint64_t>(span.start_ns));
  out.fixed64(8, static_cast<std::uint64_t>(span.end_ns));
  for (const auto& attribute : span.attributes) out.message(9, key_value(attribute));
  for (const auto& link : span.links) out.message(13, link_of(link));
  if (span.failed) {
    Message status;
    if (!span.error.empty()) status.bytes(2, shown(span.error));
    status.number(3, kStatusError);
    out.message(15, status);
  }
  out.fixed32(16, kSampled);
  return out;
}

// Reads the next field of `from`; false at its end, or where it is no protobuf.
bool next_field(std::string_view& from, std::uint64_t& key, std::uint64_t& number, std::string_view& bytes) {
  const auto varint = [&from](std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; !from.empty() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(from.front());
      from.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  };
  if (!varint(key)) return false;
  if ((key & 7) == kVarint) return varint(number);
  if ((key & 7) != kBytes || !varint(number) || number > from.size()) return false;
  bytes = from.substr(0, number);
  from.remove_prefix(number);
  return true;
}

}  // namespace

std::string encode_spans(const std::vector<Attribute>& resource, std::span<const Span> spans) {
  Message who, scope, by_scope, by_resource, request;
  for (const auto& attribute : resource) who.message(1, key_value(attribute));
  scope.bytes(1, kScope);
  by_scope.message(1, scope);
  for (const auto& span : spans) by_scope.message(2, message_of(span));
  by_resource.message(1, who);
  by_resource.message(2, by_scope);
  request.message(1, by_resource);
  return request.take();
}

std::int64_t rejected_spans(std::string_view answer) {
  std::uint64_t key = 0, number = 0;
  std::string_view bytes;
  while (next_field(answer, key, number, bytes)) {
    if (key != (1u << 3 | kBytes)) continue;  // partial_success
    for (std::string_view inner = bytes; next_field(inner, key, number, bytes);)
      if (key == (1u << 3 | kVarint)) return static_cast<std::int64_t>(number);
  }
  return 0;
}

}  // namespace argosy::telemetry

// The values walk through RapidJSON's validator as events: no second copy of the document is made.
#include "common/core/json_schema.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include "common/core/json/schema_lint.h"

namespace argosy::json {
namespace {

using rapidjson::SizeType;

SizeType length_of(std::string_view text) { return static_cast<SizeType>(text.size()); }

bool feed(const Value& value, rapidjson::SchemaValidator& sink) {
  if (value.is_null()) return sink.Null();
  if (value.is_bool()) return sink.Bool(value.as_bool());
  if (value.is_int()) {
    // RapidJSON's own reader tells unsigned from signed, and its "integer" checks expect that.
    return value.as_int() >= 0 ? sink.Uint64(static_cast<std::uint64_t>(value.as_int())) : sink.Int64(value.as_int());
  }
  if (value.is_number()) return sink.Double(value.as_double());
  if (value.is_string()) return sink.String(value.as_string().data(), length_of(value.as_string()), true);
  if (value.is_array()) {
    if (!sink.StartArray()) return false;
    for (const Value& item : value.as_array()) {
      if (!feed(item, sink)) return false;
    }
    return sink.EndArray(static_cast<SizeType>(value.as_array().size()));
  }
  if (!sink.StartObject()) return false;
  for (const auto& [key, member] : value.as_object()) {
    if (!sink.Key(key.data(), length_of(key), true) || !feed(member, sink)) return false;
  }
  return sink.EndObject(static_cast<SizeType>(value.as_object().size()));
}

std::string text_of(const rapidjson::Pointer& pointer) {
  rapidjson::StringBuffer buffer;
  pointer.Stringify(buffer);
  return {buffer.GetString(), buffer.GetSize()};
}

// The value that an RFC 6901 pointer names, or null.
const Value* resolve(const Value& root, const rapidjson::Pointer& pointer) {
  const Value* at = &root;
  for (std::size_t i = 0; i < pointer.GetTokenCount() && at != nullptr; ++i) {
    const auto& token = pointer.GetTokens()[i];
    if (at->is_array()) {
      at = token.index < at->as_array().size() ? &at->as_array()[token.index] : nullptr;
    } else {
      at = at->find({token.name, token.length});
    }
  }
  return at;
}

}  // namespace

struct Schema::Impl {
  Value source;
  rapidjson::Document document;
  std::unique_ptr<rapidjson::SchemaDocument> schema;
};

Schema::Schema(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

Result<Schema> Schema::compile(std::string_view text) {
  auto impl = std::make_unique<Impl>();
  ARGOSY_TRY(impl->source, parse(text));
  ARGOSY_TRY_VOID(lint_schema(impl->source));
  // Written again by us, so that RapidJSON reads only what the strict reader accepted.
  impl->document.Parse<rapidjson::kParseIterativeFlag>(dump(impl->source).c_str());
  impl->schema = std::make_unique<rapidjson::SchemaDocument>(impl->document);
  return Schema(std::move(impl));
}

std::optional<Violation> Schema::check(const Value& value) const {
  rapidjson::SchemaValidator validator(*impl_->schema);
  if (feed(value, validator) && validator.IsValid()) return std::nullopt;

  Violation violation{
      .pointer = text_of(validator.GetInvalidDocumentPointer()), .keyword = validator.GetInvalidSchemaKeyword(), .message = {}};
  const Value* rule = resolve(impl_->source, validator.GetInvalidSchemaPointer());
  const Value* demanded = rule == nullptr ? nullptr : rule->find(violation.keyword);
  if (violation.keyword == "required" && demanded != nullptr) {
    const Value* object = resolve(value, validator.GetInvalidDocumentPointer());
    for (const Value& name : demanded->as_array()) {
      if (object == nullptr || object->find(name.as_string()) != nullptr) continue;
      violation.message = fmt::format("the member \"{}\" is missing", name.as_string());
      return violation;
    }
  }
  if (violation.keyword == "additionalProperties") {
    violation.message = "this member is not known here";
  } else {
    violation.message = fmt::format("breaks the rule \"{}\"{}", violation.keyword,
                                    demanded == nullptr || demanded->is_object() ? std::string() : fmt::format(": {}", dump(*demanded)));
  }
  return violation;
}

}  // namespace argosy::json

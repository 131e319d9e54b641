// Promises of the schema check: what a schema says is enforced, and what would not be enforced is refused when the schema is read.
#include "common/core/json_schema.h"

#include <gtest/gtest.h>

namespace argosy::json {
namespace {

Schema schema(std::string_view text) {
  auto compiled = Schema::compile(text);
  EXPECT_TRUE(compiled) << to_string(compiled.error());
  return std::move(*compiled);
}

std::string refusal(std::string_view text) {
  const auto compiled = Schema::compile(text);
  return compiled ? "accepted" : compiled.error().code;
}

constexpr std::string_view kTask = R"({
  "type": "object", "required": ["id", "ops"], "additionalProperties": false,
  "properties": {
    "id": {"type": "string", "pattern": "^[a-z]+(-[a-z0-9]+)*$", "maxLength": 12},
    "n": {"type": "integer", "minimum": 1, "maximum": 10, "exclusiveMaximum": true},
    "ops": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/op"}}
  },
  "definitions": {"op": {"oneOf": [{"type": "string"}, {"type": "object", "required": ["kind"]}]}}
})";

TEST(JsonSchema, AcceptsWhatFits) { EXPECT_FALSE(schema(kTask).check(*parse(R"({"id":"ab-c1","n":9,"ops":["x",{"kind":1}]})"))); }

TEST(JsonSchema, NamesThePlaceAndTheRuleOfWhatDoesNotFit) {
  const Schema task = schema(kTask);
  const auto violation = [&](std::string_view text) {
    const auto found = task.check(*parse(text));
    return found ? found->pointer + " " + found->keyword : std::string("valid");
  };
  EXPECT_EQ(violation(R"({"ops":["x"]})"), " required");
  EXPECT_EQ(violation(R"({"id":"ab","ops":["x"],"a/b":1})"), "/a~1b additionalProperties");
  EXPECT_EQ(violation(R"({"id":"AB","ops":["x"]})"), "/id pattern");
  EXPECT_EQ(violation(R"({"id":"abcdefghijklmn","ops":["x"]})"), "/id maxLength");
  EXPECT_EQ(violation(R"({"id":"ab","n":0,"ops":["x"]})"), "/n minimum");
  EXPECT_EQ(violation(R"({"id":"ab","n":10,"ops":["x"]})"), "/n maximum");
  EXPECT_EQ(violation(R"({"id":"ab","n":-10,"ops":["x"]})"), "/n minimum");
  EXPECT_EQ(violation(R"({"id":"ab","n":1.5,"ops":["x"]})"), "/n type");
  EXPECT_EQ(violation(R"({"id":"ab","ops":[]})"), "/ops minItems");
  EXPECT_EQ(violation(R"({"id":"ab","ops":["x",{}]})"), "/ops/1 oneOf");
  EXPECT_EQ(violation(R"([])"), " type");
}

TEST(JsonSchema, SaysWhichMemberIsMissing) {
  const auto found = schema(kTask).check(*parse(R"({"id":"ab"})"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, "the member \"ops\" is missing");
}

TEST(JsonSchema, RefusesKeywordsThatWouldBeIgnored) {
  for (const char* text : {R"({"const":1})",
                           R"({"if":{}})",
                           R"({"format":"uuid"})",
                           R"({"$defs":{}})",
                           R"({"contains":{}})",
                           R"({"propertyNames":{}})",
                           R"({"exclusiveMinimum":3})",
                           R"({"properties":{"a":{"const":1}}})",
                           R"({"items":[{"const":1}]})",
                           R"({"allOf":[{"const":1}]})",
                           R"({"not":{"const":1}})",
                           R"({"definitions":{"x":{"const":1}}})",
                           R"({"additionalProperties":{"const":1}})",
                           R"({"dependencies":{"a":{"const":1}}})",
                           R"({"patternProperties":{"a":{"const":1}}})",
                           R"({"$ref":"other.json#/a"})",
                           R"({"required":true})",
                           R"({"minLength":-1})",
                           R"({"properties":{"a":true}})",
                           R"(true)"}) {
    EXPECT_EQ(refusal(text), "schema_unsupported") << text;
  }
}

TEST(JsonSchema, RefusesPatternsThatWouldBeReadOtherwise) {
  for (const char* text : {R"~({"pattern":"^\\d+$"})~", R"~({"pattern":"^\\w$"})~", R"~({"pattern":"^a|b$"})~", R"~({"pattern":"(^a)"})~",
                           R"~({"pattern":"a$b"})~", R"~({"pattern":"("})~", R"~({"patternProperties":{"\\d":{}}})~"}) {
    EXPECT_EQ(refusal(text), "schema_unsupported") << text;
  }
  EXPECT_EQ(refusal(R"~({"pattern":"^(a|[^^$b])+$"})~"), "accepted");
  EXPECT_EQ(refusal(R"~({"properties":{"const":{"type":"string"},"format":{}}})~"), "accepted");  // names of members, not keywords
}

TEST(JsonSchema, RefusesASchemaThatIsNoJson) { EXPECT_EQ(refusal("{"), "json_malformed"); }

}  // namespace
}  // namespace argosy::json

// Spans as the collector tells them: what they say, what they have to say, and which of them lack a parent.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "common/core/json.h"

namespace argosy::test {

inline json::Value attribute(const json::Value& span, const std::string& key) {
  const auto* attributes = span.find("attributes");
  const auto* value = attributes == nullptr ? nullptr : attributes->find(key);
  return value == nullptr ? json::Value() : *value;
}

inline std::string text_of(const json::Value& span, const std::string& key) {
  const auto value = attribute(span, key);
  return value.is_string() ? value.as_string() : std::string();
}

// What the conventions require of each span, by the kind of thing that it is. For what may be missing see the pages of OpenTelemetry's
// semantic conventions 1.3x: HTTP, messaging with Kafka, databases.
inline std::set<std::string> required_of(const std::string& name, const std::string& kind) {
  if (kind == "server") return {"http.request.method", "url.path", "url.scheme", "http.route", "http.response.status_code"};
  if (kind == "producer" || kind == "consumer")
    return {"messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name"};
  if (name == "submit" || name == "claim" || name == "finish") return {"db.system.name", "db.operation.name"};
  if (name == "POST") return {"http.request.method", "server.address", "server.port", "url.full", "http.response.status_code"};
  return {};
}

inline std::set<std::string> ids(const json::Array& spans) {
  std::set<std::string> found;
  for (const auto& span : spans) found.insert(span.string_or("span_id", ""));
  return found;
}

// Names of spans whose parent nobody has told of.
inline std::vector<std::string> orphans(const json::Array& spans) {
  const auto known = ids(spans);
  std::vector<std::string> found;
  for (const auto& span : spans)
    if (const auto parent = span.string_or("parent", ""); !parent.empty() && !known.contains(parent))
      found.push_back(span.string_or("name", ""));
  return found;
}

inline std::string shown(const json::Array& spans) {
  std::string out;
  for (const auto& span : spans)
    out += fmt::format("{:<20} {:<8} {:<40} {} < {}\n", span.string_or("service", ""), span.string_or("kind", ""),
                       span.string_or("name", ""), span.string_or("span_id", ""), span.string_or("parent", ""));
  return out;
}

inline json::Value one(const json::Array& spans, const std::string& name, const std::string& kind = "") {
  const auto hit = std::ranges::find_if(spans, [&](const auto& span) {
    return span.string_or("name", "") == name && (kind.empty() || text_of(span, "argosy.step.kind") == kind);
  });
  EXPECT_NE(hit, spans.end()) << name << '\n' << shown(spans);
  return hit == spans.end() ? json::Value() : *hit;
}

}  // namespace argosy::test

// The one place that knows the template engine (kainjow::mustache). Of its language only holes and sections are let in: what a template
// says is seen at once, and nothing is read from elsewhere. Pure, any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "common/core/error.h"

namespace argosy::llm {

// {{name}}, {{#name}}...{{/name}} for what is there when the value is not empty, {{^name}}...{{/name}} for when it is, {{! a remark }}.
// Names are lower-case letters, digits and underscores. Error (B): prompt_malformed, when it holds anything else, or a section has no end.
Result<std::set<std::string>> names_in(std::string_view text);

// `text` is one that names_in() took, with a value for each of its names. Values are put in as they are: what they hold is not read as a
// template.
std::string filled(const std::string& text, const std::map<std::string, std::string, std::less<>>& values);

}  // namespace argosy::llm

// Marks around text that is not ours. What is inside can neither end its mark nor look like one, whatever it holds: the mark carries an id
// that the text does not contain, made from the text itself, so that one who writes the text would have to know the digest of what he
// is writing; and what is there to deceive (invisible characters, the words by which servers tell roles apart, marks) is made visible. Used
// by Prompt::render(), and for tools' results by whoever runs them. Pure, any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/llm/prompts/values.h"

namespace argosy::llm {

// Stands behind the system part of each prompt that shows such text; hashed with its template.
extern const std::string_view kUntrustedRule;

// The id of the marks from all that they will hold. Another one is asked for when the text contains it: `seed` is another one then.
using BoundaryOf = std::function<std::string(std::string_view seed)>;
// 24 hexadecimal digits of the seed's digest: the same texts give the same prompt, so that caches and tapes find it again.
std::string digest_boundary(std::string_view seed);

// Without control characters but tab and line feed, invisible ones, those that turn the direction of reading, and role marks of chat
// formats:
// "[U+202E]", "<\|im_start|>". Invalid bytes become U+FFFD. Doing it twice changes nothing.
std::string neutralised(std::string_view text);

// <untrusted-ID source="file src/app.py">
// ...
// </untrusted-ID>
// Each text between marks of its own, all with one id. Error (C): prompt_boundary_taken, when no id could be found, which only happens to a
// BoundaryOf that gives the same one for every seed.
Result<std::vector<std::string>> marked(const std::vector<Untrusted>& texts, const BoundaryOf& boundary = digest_boundary);

}  // namespace argosy::llm

// One tool of an agent, and what tools share. Internal to this folder; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/agent/tools/toolbox.h"
#include "common/core/json.h"

namespace argosy::agent {

struct ToolSpec {
  std::string_view name;
  Effect effect;
  std::string_view about;                                                            // for the model: what it does, and when to use it
  std::string_view schema;                                                           // JSON Schema (draft-04) of its arguments
  ToolOutcome (*work)(const json::Object& arguments, const Bench& bench) = nullptr;  // of Effect::read and edit
};

// The groups, a file each.
std::span<const ToolSpec> reading_tools();      // files and texts
std::span<const ToolSpec> editing_tools();      // changes of files
std::span<const ToolSpec> refactoring_tools();  // changes of what names mean
std::span<const ToolSpec> source_tools();       // what sources define and use
std::span<const ToolSpec> repository_tools();   // how sources hang together
std::span<const ToolSpec> material_tools();     // what is needed for writing something new
std::span<const ToolSpec> outside_tools();      // what is known outside of the repository
std::span<const ToolSpec> other_tools();        // programs, people, the end

ToolOutcome failed(std::string code, std::string text);
ToolOutcome failed(const Error& error);

// Of arguments that were checked against the schema.
std::string string_of(const json::Object& arguments, std::string_view name, std::string_view otherwise = {});
std::int64_t int_of(const json::Object& arguments, std::string_view name, std::int64_t otherwise);

// A file of the workspace as text. A failed outcome where there is none by that name (with those of the same name elsewhere), it leads out
// of the repository, or it is no text.
std::expected<std::string, ToolOutcome> text_of(const Bench& bench, const std::string& path);
// Lines [from, to], from 1, each with its number, up to `max` bytes; `last`: the last one that is shown.
std::string numbered(std::string_view text, std::int64_t from, std::int64_t to, std::size_t max, std::int64_t* last = nullptr);
// Keeps with the record that the agent has seen these lines; both 0: all of the file. `count`: the lines that it has, where that is known;
// once all were seen, in however many parts, the file was.
void remember_read(const Bench& bench, const std::string& path, std::int64_t from, std::int64_t to, std::int64_t count = INT64_MAX);
std::string digest_of(std::string_view bytes);
// Lays it over the workspace where the policy allows it; what the agent knew of a file it knows after the edit, too. The refusal, if any.
std::optional<ToolOutcome> stage_checked(const Bench& bench, const code::Edit& edit);
// The index of the workspace as it is now. Errors: those of the bench's index; index_absent (B).
Result<std::shared_ptr<const code::Index>> index_now(const Bench& bench);

}  // namespace argosy::agent

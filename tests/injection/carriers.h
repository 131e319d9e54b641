// Where an injected text stands, and how an agent comes to see it. Used by pair.cc. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tests/injection/corpus.h"

namespace argosy::injection {

enum class Carrier : std::uint8_t { source, document, issue, test_output, file_name, commit_message, dependency };
inline constexpr std::array kCarriers{Carrier::source,    Carrier::document,       Carrier::issue,     Carrier::test_output,
                                      Carrier::file_name, Carrier::commit_message, Carrier::dependency};
std::string_view to_string(Carrier carrier);

// The text as it can stand there: a file's name has no slashes and an end.
std::string text_in(Carrier carrier, const Case& one);
// The files that carry it in the repository.
void plant(const Case& one, std::map<std::string, std::string>& files);
// The call by which it is seen; nothing: it stands in what the agent is told first.
std::optional<Call> look(Carrier carrier, const Case& one);

}  // namespace argosy::injection

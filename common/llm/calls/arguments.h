// The arguments of a tool call as a model wrote them: made right where only one reading is possible, else refused with a reason that the
// model is told. Used by the assembly of answers. What is read comes from outside: bounded. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace argosy::llm {

struct Arguments {
  std::string json;       // of an object; where there is a problem, what came
  std::string problem{};  // a sentence for the model; empty: none
};

// `whole`: the model itself ended the call. Then nothing at all means {}, and closing brackets that are missing after a whole value are
// added. Inside a string, a key or after a comma nobody knows what was still to come (half a file would be written): refused.
// Also made right: a single fence around them, an object inside a string, commas before a closing bracket, line breaks inside strings,
// closing brackets too many, an empty or equal object before the real one.
Arguments read_arguments(std::string_view text, bool whole, std::size_t max_bytes);

}  // namespace argosy::llm

// What a declaration of C or C++ declares: the names inside of pointers, arrays, functions, references and brackets. Pure, any thread.
#pragma once

#include <vector>

#include "common/code/syntax/tree.h"

namespace argosy::code::c {

struct Declared {
  Node name;              // an identifier of some kind, or a path a::b::name
  bool function = false;  // the name itself is called, not what it points to
};

// Several for a structured binding; none where the declarator has no name.
std::vector<Declared> declared(Node declarator);

// static, extern, ...
bool has_storage(Node declaration, std::string_view word);

}  // namespace argosy::code::c

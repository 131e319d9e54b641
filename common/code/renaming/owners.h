// Functions and classes by their names, as a request writes them: "load", "Config.load". Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/code/binding/model.h"

namespace argosy::code {

bool is_function_node(Node node);
bool is_class_node(Node node);

// The token that names the function or class: its own, or that of the variable, field or key that it is the value of. Null: it has none.
Node naming_token(Node owner);

// The nearest function or class with a name at or around the node, or null.
Node named_owner(Node node);

// "Config.load": the names of all functions and classes around the node and its own, with dots between them.
std::string qualified_name(Node owner);

// Whether `wanted` is the owner's qualified name or the end of it.
bool is_called(Node owner, std::string_view wanted);

}  // namespace argosy::code

// The containers of Java's library: what their methods hand back, so that list.get(0).name() is certain. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "common/code/renaming/members/java/types.h"

namespace argosy::code::java_members::library {

// A type of the library with one argument, the type of its elements.
bool is_container(const Type& type);
// What the method of a library type hands back; nothing when it is not known.
std::optional<Type> result(const Type& receiver, std::string_view method);
// Whether the method gives one element after the other to a function with one parameter.
bool hands_element(std::string_view method);

}  // namespace argosy::code::java_members::library

// What the types of Rust's standard library give: what lies in an Option, what a loop over a Vec goes through, what their methods return.
// For the types of expressions. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/code/renaming/paths/members/typing.h"

namespace argosy::code::impls {

// A type of the standard library by its name, made of `args`.
Type holder(std::string name, std::vector<Type> args);
// What `?` leaves of the type; unknown where it is no Option and no Result.
Type tried(const Type& type);
// What a loop goes through; unknown where nobody knows.
Type element(const Type& type);
// What a method of the holder returns; unknown for one that is not listed.
Type given(const Type& object, std::string_view method);

}  // namespace argosy::code::impls

// Whether the name that a call begins with comes from a module. One thread.
#pragma once

#include <string>

#include "common/code/binding/project.h"
#include "common/code/refactor/calls/pattern.h"

namespace argosy::code {

enum class Origin : std::uint8_t { module, other, unclear };

// Of the head of a match. `module` is written as imports write it, or is the path of one of the repository's files.
Origin origin_of(const Project& project, const Model& model, const CallMatch& match, const CallPattern& pattern, const std::string& module);

}  // namespace argosy::code

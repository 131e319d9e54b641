// The parts of traits_of(). Used by this folder.
#pragma once

#include "common/code/traits/traits.h"

namespace argosy::code::traits {

std::vector<Framework> frameworks_of(const ImportGraph& imports, const SourceTree& tree, std::span<const std::string> paths);
std::vector<TestLayout> tests_of(std::span<const IndexedFile> files);
std::vector<NamingStyle> naming_of(std::span<const IndexedFile> files);
void add_architecture(Traits& traits, std::span<const IndexedFile> files, const ImportGraph& imports);

}  // namespace argosy::code::traits

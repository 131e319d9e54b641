// A Project as JSON, for `argosy tool detect` and for the record of a run. Pure, any thread.
#pragma once

#include "common/core/json.h"
#include "common/project/detect.h"

namespace argosy::project {

// {language, framework, package_manager, set_up, test, ..., missing, components, hints}: what stands at the top is the component that the
// tests of `changed_files` belong to, null where there is none.
json::Value describe(const Project& project, const RepoFile& file, const std::vector<std::string>& changed_files,
                     const HasProgram& has_program);

json::Value describe(const Component& component, const HasProgram& has_program);

}  // namespace argosy::project

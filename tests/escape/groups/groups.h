// All attempts and controls, by what they work with; each list stands in the file of its name. Values, made at the start of the program.
#pragma once

#include <vector>

#include "tests/escape/harness/attempt.h"

namespace argosy::escape {

const Group& files();
const Group& processes();
const Group& secrets();
const Group& rights();
const Group& kernel_calls();
const Group& mounts_and_namespaces();
const Group& sockets_and_signals();
const Group& devices();
const Group& network();
const Group& egress_tricks();
const Group& bombs();
const Group& time_bombs();
const Group& shares();
const Group& host_reads();
const Group& git_weapons();
const Group& poisoned_tools();
const Group& controls();

std::vector<Group> all_groups();

}  // namespace argosy::escape

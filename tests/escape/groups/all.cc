#include "tests/escape/groups/groups.h"

namespace argosy::escape {

std::vector<Group> all_groups() {
  return {files(),
          processes(),
          secrets(),
          rights(),
          kernel_calls(),
          mounts_and_namespaces(),
          sockets_and_signals(),
          devices(),
          network(),
          egress_tricks(),
          bombs(),
          time_bombs(),
          shares(),
          host_reads(),
          git_weapons(),
          poisoned_tools(),
          controls()};
}

}  // namespace argosy::escape

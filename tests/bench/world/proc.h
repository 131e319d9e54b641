// What Linux says of a process: its CPU, its memory, its children. Nothing is an error: a process that is gone has used nothing more.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace argosy::bench {

// Of the process, and of its children that have ended and were waited for; not of those that live.
double cpu_seconds(pid_t pid);
std::vector<pid_t> children(pid_t pid);
// Of the process and all that it started and that lives or has ended.
double cpu_seconds_of_all(pid_t pid);

struct Memory {
  double peak_mb = 0;       // most that was ever resident, shared pages included
  double anonymous_mb = 0;  // now resident and of this process alone
  double shared_mb = 0;     // now resident in shared memory
};
Memory memory(pid_t pid);
double open_descriptors(pid_t pid);

// CPU-seconds of its threads, added up by their names.
std::map<std::string, double> thread_cpu_seconds(pid_t pid);

}  // namespace argosy::bench

// What there is to steal, to reach and to break on the host while the attempts run: files, sockets, a process, shared memory, an
// environment, all of the user who runs the suite. Made once; read by all threads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/core/child.h"
#include "common/core/file.h"
#include "common/core/process/fd.h"

namespace argosy::escape {

struct World {
  // `tools`: the folder with attempts/call, readable to everybody.
  static World make(std::filesystem::path tools);

  // What the programs are told, so that they need not guess: SECRET, PORT, VICTIM, ...
  std::map<std::string, std::string> hints() const;
  // What an attempt has changed; empty: nothing.
  std::string damage() const;
  // Whether text that came out of a sandbox holds what is secret.
  bool leaked_in(const std::string& text) const { return text.find(secret) != std::string::npos; }

  std::filesystem::path tools;
  TempDir folder{"escape-world"};  // open to everybody, as a careless host's would be
  std::string secret;              // stands in `key`, in `root-key`, in the environment, in the victim's arguments
  std::string abstract_name;
  std::uint16_t tcp = 0, tcp6 = 0, udp = 0;
  std::string address;  // the host's own, beside its loopback; empty: it has none
  int shared_memory = -1;
  std::vector<Fd> open;  // listeners, and a file that was opened without O_CLOEXEC
  std::optional<Child> victim;
};

}  // namespace argosy::escape

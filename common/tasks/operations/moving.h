// Change operations that take code from one file to another. Part of change.h. Values, any thread.
#pragma once

#include <string>
#include <vector>

namespace argosy::tasks {

struct MoveSymbol {
  std::string language;            // python, javascript, typescript, tsx
  std::string name;                // a top-level function, class, constant or type
  std::string from, to;            // files; `to` may be new
  std::vector<std::string> force;  // "strings": leave strings that may name the symbol at its old place as they are
};
struct RenameModule {
  std::string language;            // python, javascript, typescript, tsx, java
  std::string from, to;            // a file, or (not of Java) a folder with all that lies in it
  std::vector<std::string> force;  // "strings": change strings that may name it too
};

}  // namespace argosy::tasks

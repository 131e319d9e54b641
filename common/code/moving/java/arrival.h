// One type of Java out of a file with others, into a file that may be there. Used by move_symbol. One thread.
#pragma once

#include <set>
#include <string>

#include "common/code/moving/java/relocation.h"

namespace argosy::code::java {

// Sets where the text of the one type begins and ends: whole lines, with the comments right above. Errors (B): symbol_ambiguous (it shares
// lines with other code), access_lost (it may belong to a sealed type of its file).
Result<void> find_text(Cargo& cargo);

class Arrival {
 public:
  // `target`: null when the file is new. All must outlive it.
  Arrival(const Rules& rules, const Cargo& cargo, const Relocation& relocation, const Model* target)
      : rules_(rules), cargo_(cargo), relocation_(relocation), target_(target) {}
  // Takes the text out of its home, and notes what stands against it in the new file.
  void run(Rewriter& rewriter);
  // Puts it into the new file.
  Result<void> write(const SourceTree& tree, const Project& project, Edit& edit) const;

 private:
  void bring(Rewriter& rewriter);
  void check_target(Rewriter& rewriter);
  void check_stars(Rewriter& rewriter);
  void leave(Rewriter& rewriter) const;
  std::string created() const;
  std::string block() const;

  const Rules& rules_;
  const Cargo& cargo_;
  const Relocation& relocation_;
  const Model* target_;
  std::set<std::string_view> words_;  // names that the text writes
  std::set<NewImport> brought_;
};

}  // namespace argosy::code::java

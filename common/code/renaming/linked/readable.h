// Whether what the grammar could not read in a file of C or C++ leaves no doubt about a place where a name is written. One thread; the
// model must outlive it.
#pragma once

#include <string>

#include "common/code/binding/model.h"

namespace argosy::code::linked {

class Readable {
 public:
  Readable(const Model& model, std::string name);
  bool at(Node node) const;

 private:
  const Model& model_;
  std::string name_;
  bool is_adrift_ = false;  // nobody can tell what of the file stands where
};

}  // namespace argosy::code::linked

// Which declaration a name of C++ means that stands at some place: namespaces, using, and the members of classes, which hide what lies
// outside of them. Everything of C stands in the one space "". One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/code/renaming/linked/declarations.h"

namespace argosy::code::linked {

// Bases of bases that are followed; a class further up may have any member.
inline constexpr std::size_t kMaxDepthOfBases = 100;

// What a token with the name's text is.
struct Meaning {
  enum Kind : std::uint8_t { declared, free, other, unsure } kind = other;
  std::string space{};  // of what is declared
};

class Spaces {
 public:
  // `models`: all files that mention the name.
  Spaces(const Project& project, std::string name, const std::vector<const Model*>& models, const std::set<std::string>& spaces);

  Meaning of(const Model& model, Node node);
  // Of a token that stands in a macro, which may be used in any space.
  Meaning of_macro() const { return {spaces_.size() > 1 || !spaces_.contains("") ? Meaning::unsure : Meaning::declared}; }

 private:
  Meaning qualified(Node node, const std::vector<std::string>& path);
  Meaning member(const Model& model, Node klass);
  Meaning member_of(const std::string& klass);
  Meaning brought(const Model& model, Node node);
  const Model* home_of(const std::string& klass);
  void note_files();
  bool is_namespace(const std::string& word);

  const Project& project_;
  std::string name_;
  const std::set<std::string>& spaces_;
  std::set<std::string> opened_;                // using namespace a::b, anywhere
  std::map<std::string, std::string> aliases_;  // namespace x = a::b
  std::set<std::string> taken_;                 // using a::b::name: a::b
  std::map<std::string, Meaning> members_;
  std::size_t depth_ = 0;  // of the base that is looked at
  // Sources that may hold a class, in their order, by its last name; of all classes, once one is asked for.
  std::map<std::string, std::vector<const std::string*>, std::less<>> files_;
  bool noted_ = false;
  struct Classes {
    std::map<std::string, Node> bodies{};  // the first of each last name
    std::map<NodeId, ScopeId> scopes{};    // by the body
  };
  const Classes& classes_of(const Model& model);
  std::map<const Model*, Classes> classes_;
};

}  // namespace argosy::code::linked

// A call with holes, held against the calls of a file by structure: white space, line breaks and comments do not count. One language, one
// pattern. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/code/syntax/tree.h"
#include "common/core/error.h"
#include "common/tasks/operations/refactorings.h"

namespace argosy::code {

// What a hole took: bytes of the file, none of them for "any number" of nothing.
struct Taken {
  std::size_t start = 0, end = 0;
  bool atom = true;  // needs no brackets, wherever it is put
};

struct CallMatch {
  Node call;
  Node head;                           // what stands where the pattern has its first name, maybe a dotted path; with `joined` the callee
  bool joined = false;                 // the callee is one name, where the pattern writes a module and a member
  bool spread = false;                 // *args where single arguments are asked for: it may match, or not
  std::map<std::string, Taken> holes;  // by their names as written
};

// Whether the node may stand anywhere without brackets.
bool is_atom(Node expression);
// A text read as one expression, its holes as names. Errors (B): `code` with what is wrong.
struct Expression {
  std::unique_ptr<Tree> tree;
  Node root;
};
Result<Expression> read_expression(Language language, std::string_view text, std::string code);

class CallPattern {
 public:
  // Errors (B): pattern_invalid.
  static Result<CallPattern> read(Language language, const tasks::ReplaceCall& request);

  // Whether the node may be such a call at all: its kind.
  static bool is_call(Node node);
  // Nothing when it is not. The head's meaning is left to the caller; without a module its text must be the same.
  std::optional<CallMatch> match(Node call) const;
  // The pattern's first name and, where the callee is a member of it, that member; empty when they are holes.
  std::string head() const;
  const std::string& member() const { return member_; }
  // A word that every match writes; empty when there is none.
  std::string_view word() const;

 private:
  bool matches(Node pattern, Node node, CallMatch& match) const;
  bool arguments_match(Node pattern, Node node, CallMatch& match) const;
  static bool take(const std::string& hole, Node first, Node last, CallMatch& match);

  Expression expression_;
  Node head_, qualified_;  // `head.member`, where a module is given
  std::string member_, word_;
  bool by_module_ = false;
};

}  // namespace argosy::code

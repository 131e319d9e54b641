// A parsed source file as plain data: the one door to tree-sitter. The tree is copied into an array in reading order, so that parents,
// siblings and whole subtrees cost nothing to reach, walks need no recursion, and no foreign handle outlives the parse. A Tree never
// changes after the parse: any thread may read it. A Node is a view into its tree and lives as long.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::code {

enum class Language : std::uint8_t { python, javascript, typescript, tsx, go, java, c, cpp, rust };

// Larger sources are generated or minified: nobody means them by a rename, and a parse of them is slow.
inline constexpr std::size_t kMaxSourceBytes = 2u << 20;
// Deeper nesting than any person writes; it bounds what a walk up or a shape may cost.
inline constexpr std::size_t kMaxDepth = 1500;

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xffffffff;

class Tree;
class Children;
class KeptParses;

class Node {
 public:
  Node() = default;
  Node(const Tree* tree, NodeId id) : tree_(tree), id_(id) {}
  explicit operator bool() const { return tree_ != nullptr; }
  bool operator==(const Node& other) const = default;

  NodeId id() const { return tree_ == nullptr ? kNoNode : id_; }
  const Tree& tree() const { return *tree_; }
  std::string_view kind() const;   // as the grammar names it; empty for the null node
  std::string_view field() const;  // its role in its parent, or empty
  std::string_view text() const;
  bool named() const;  // false for keywords and punctuation
  bool is(std::string_view kind) const { return this->kind() == kind; }
  bool is_any(std::initializer_list<std::string_view> kinds) const;
  std::uint32_t start() const;  // byte offsets into the tree's text
  std::uint32_t end() const;

  Node parent() const;
  Node get(std::string_view field) const;   // the first child with that field, or null
  Node child(std::string_view kind) const;  // the first child of that kind, or null
  Node named_child(std::size_t index) const;
  Node next() const;      // sibling, or null
  Node previous() const;  // sibling, or null
  Children children() const;
  // Ids of the whole subtree without the node itself are (id, last_id()].
  NodeId last_id() const;
  bool contains(Node other) const { return other.id() >= id_ && other.id() <= last_id(); }
  // The nearest node around this one (not itself) of one of the kinds, or null.
  Node around(std::initializer_list<std::string_view> kinds) const;

 private:
  const Tree* tree_ = nullptr;
  NodeId id_ = 0;
};

// for (Node child : node.children())
class Children {
 public:
  class Iterator {
   public:
    explicit Iterator(Node node) : node_(node) {}
    Node operator*() const { return node_; }
    Iterator& operator++() {
      node_ = node_.next();
      return *this;
    }
    bool operator!=(const Iterator& other) const { return node_ != other.node_; }

   private:
    Node node_;
  };
  explicit Children(Node first) : first_(first) {}
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(Node()); }

 private:
  Node first_;
};

class Tree {
 public:
  // Errors (B): source_too_large, source_too_deep, source_unreadable (invalid UTF-8, a NUL byte or a parse that took too long),
  // source_too_costly (parse.h). A text that does not follow the grammar gives a tree with errors().
  // A text whose parse is kept (kept_parses.h) is not parsed again; `kept`: for tests.
  static Result<Tree> parse(Language language, std::string text);
  static Result<Tree> parse(Language language, std::string text, KeptParses& kept);

  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;

  Language language() const { return language_; }
  const std::string& text() const { return text_; }
  Node root() const { return Node(this, 0); }
  Node node(NodeId id) const { return id < records_.size() ? Node(this, id) : Node(); }
  NodeId size() const { return static_cast<NodeId>(records_.size()); }
  // The smallest node that covers the bytes.
  Node at(std::uint32_t start, std::uint32_t end) const;
  // Places that the grammar could not read, and tokens that it had to invent.
  const std::vector<NodeId>& errors() const { return errors_; }
  // Where a byte offset lies, counted from 1, and where its line begins. What it costs does not grow with the text.
  struct Spot {
    std::size_t line = 1, column = 1, line_start = 0;
  };
  Spot spot(std::size_t offset) const;
  // Whether the top-level statement around the node could be read without error.
  bool clean_around(Node node) const;

 private:
  friend class Node;
  struct Record {
    std::uint32_t start, end;
    NodeId parent;
    NodeId last;  // of the subtree
    std::uint16_t kind, field;
    bool named;
  };
  Tree(Language language, std::string text);

  Language language_;
  std::string text_;
  std::vector<Record> records_;
  std::vector<NodeId> errors_;
  std::vector<Spot> marks_;  // at every kMarkBytes of the text
};

}  // namespace argosy::code

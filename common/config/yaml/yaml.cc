#include "common/config/yaml/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "common/core/text.h"

namespace argosy::yaml {
namespace {

// Thrown through yaml-cpp, which knows no other way to stop it, and caught in parse().
struct Refused {
  int line, column;
  std::string why;
};

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const Bounds& bounds) : bounds_(bounds) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(node(mark, Node::Kind::null, anchor)); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "aliases (*name) are not supported"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    check_tag(mark, tag);
    auto scalar = node(mark, Node::Kind::scalar, anchor);
    scalar.text = value;
    scalar.is_plain = tag != "!";
    if (scalar.is_plain && (value.empty() || value == "~" || value == "null")) scalar.kind = Node::Kind::null;
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::list, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::map, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  Node root;

 private:
  struct Open {
    Node node;
    std::optional<Node> key;  // of a map, while its value is awaited
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, std::string why) {
    throw Refused{mark.line + 1, mark.column + 1, std::move(why)};
  }

  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "tags (!name) are not supported");
  }

  Node node(const YAML::Mark& mark, Node::Kind kind, YAML::anchor_t anchor) {
    if (anchor != 0) refuse(mark, "anchors (&name) are not supported");
    if (++nodes_ > bounds_.nodes) refuse(mark, fmt::format("more than {} values", bounds_.nodes));
    Node made;
    made.kind = kind;
    made.line = mark.line + 1;
    made.column = mark.column + 1;
    return made;
  }

  void open(const YAML::Mark& mark, const std::string& tag, Node::Kind kind, YAML::anchor_t anchor) {
    check_tag(mark, tag);
    if (open_.size() >= bounds_.depth) refuse(mark, fmt::format("nested deeper than {} levels", bounds_.depth));
    open_.push_back({node(mark, kind, anchor), std::nullopt});
  }

  void close() {
    auto done = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(done));
  }

  void add(Node value) {
    if (open_.empty()) {
      root = std::move(value);
      return;
    }
    auto& [outer, key] = open_.back();
    if (outer.kind == Node::Kind::list) {
      outer.items.push_back(std::move(value));
    } else if (!key) {
      if (value.kind != Node::Kind::scalar) throw Refused{value.line, value.column, "a key must be a word"};
      if (std::ranges::any_of(outer.keys, [&](const auto& other) { return other.text == value.text; }))
        throw Refused{value.line, value.column, fmt::format("\"{}\" stands here twice", text::ellipsize(value.text, 60))};
      key = std::move(value);
    } else {
      outer.keys.push_back({key->text, key->line, key->column});
      outer.items.push_back(std::move(value));
      key.reset();
    }
  }

  const Bounds& bounds_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

}  // namespace

std::unexpected<Error> fail_at(int line, int column, std::string_view message) {
  return fail_user("yaml_invalid", fmt::format("{}:{}: {}", line, column, message));
}

Error in_file(Error error, std::string_view name, std::string code, std::string hint) {
  error.code = std::move(code);
  error.message = fmt::format("{}:{}", name, error.message);
  error.hint = std::move(hint);
  return error;
}

Result<Node> parse(std::string_view bytes, const Bounds& bounds) {
  if (bytes.size() > bounds.bytes) return fail_at(1, 1, fmt::format("{} bytes, at most {}", bytes.size(), bounds.bytes));
  if (!text::is_utf8(bytes) || bytes.find('\0') != std::string_view::npos) return fail_at(1, 1, "the file is no UTF-8 text");
  try {
    std::istringstream stream{std::string(bytes)};
    YAML::Parser parser(stream);
    Builder builder(bounds);
    parser.HandleNextDocument(builder);
    auto root = std::move(builder.root);
    Builder second(bounds);
    if (parser.HandleNextDocument(second)) return fail_at(second.root.line, 1, "one document is read, and here a second one begins");
    return root;
  } catch (const Refused& refused) {
    return fail_at(refused.line, refused.column, refused.why);
  } catch (const YAML::Exception& error) {
    return fail_at(std::max(error.mark.line, 0) + 1, std::max(error.mark.column, 0) + 1, fmt::format("no YAML: {}", error.msg));
  }
}

}  // namespace argosy::yaml

#include "common/code/renaming/paths/members/standard.h"

#include <algorithm>
#include <array>
#include <utility>

namespace argosy::code::impls {
namespace {

// What a method of the standard library gives. o: an Option of an element, e: an element, s: the same, i: an iterator over elements,
// r: a Result of an element, v: an Option of the last argument (a map's value), w: an iterator over it, f: nothing of the workspace.
struct Gives {
  std::string_view holders, method;
  char what;
};
constexpr auto kGives = std::to_array<Gives>({
    {"Option Result", "unwrap", 'e'},
    {"Option Result", "expect", 'e'},
    {"Option Result", "unwrap_or", 'e'},
    {"Option Result", "unwrap_or_else", 'e'},
    {"Option Result", "unwrap_or_default", 'e'},
    {"Option Result", "as_ref", 's'},
    {"Option Result", "as_mut", 's'},
    {"Option Result", "as_deref", 's'},
    {"Option", "cloned", 's'},
    {"Option", "copied", 's'},
    {"Option", "take", 's'},
    {"Option", "ok_or", 'r'},
    {"Option", "ok_or_else", 'r'},
    {"Result", "ok", 'o'},
    {"Result", "map_err", 'r'},
    {"Option Result", "is_some", 'f'},
    {"Option Result", "is_none", 'f'},
    {"Option Result", "is_ok", 'f'},
    {"Option Result", "is_err", 'f'},
    {"Vec VecDeque []", "first", 'o'},
    {"Vec VecDeque []", "last", 'o'},
    {"Vec VecDeque []", "first_mut", 'o'},
    {"Vec VecDeque []", "last_mut", 'o'},
    {"Vec VecDeque [] HashSet BTreeSet", "get", 'o'},
    {"Vec VecDeque []", "get_mut", 'o'},
    {"Vec VecDeque", "pop", 'o'},
    {"VecDeque", "front", 'o'},
    {"VecDeque", "back", 'o'},
    {"VecDeque", "pop_front", 'o'},
    {"VecDeque", "pop_back", 'o'},
    {"Vec", "remove", 'e'},
    {"Vec", "swap_remove", 'e'},
    {"Vec VecDeque [] HashSet BTreeSet Option", "iter", 'i'},
    {"Vec VecDeque [] HashSet BTreeSet Option iter", "into_iter", 'i'},
    {"Vec VecDeque [] Option", "iter_mut", 'i'},
    {"Vec VecDeque", "drain", 'i'},
    {"Vec []", "as_slice", 's'},
    {"HashMap BTreeMap", "get", 'v'},
    {"HashMap BTreeMap", "get_mut", 'v'},
    {"HashMap BTreeMap", "remove", 'v'},
    {"HashMap BTreeMap", "insert", 'v'},
    {"HashMap BTreeMap", "values", 'w'},
    {"HashMap BTreeMap", "values_mut", 'w'},
    {"HashMap BTreeMap", "into_values", 'w'},
    {"iter", "next", 'o'},
    {"iter", "next_back", 'o'},
    {"iter", "last", 'o'},
    {"iter", "nth", 'o'},
    {"iter", "peek", 'o'},
    {"iter", "rev", 's'},
    {"iter", "skip", 's'},
    {"iter", "take", 's'},
    {"iter", "filter", 's'},
    {"iter", "cloned", 's'},
    {"iter", "copied", 's'},
    {"iter", "peekable", 's'},
    {"iter", "chain", 's'},
    {"iter", "by_ref", 's'},
    {"RefCell", "borrow", 'e'},
    {"RefCell", "borrow_mut", 'e'},
    {"Cell", "get", 'e'},
    {"Mutex", "lock", 'r'},
    {"RwLock", "read", 'r'},
    {"RwLock", "write", 'r'},
});

}  // namespace

Type holder(std::string name, std::vector<Type> args) {
  return {.kind = Type::holder, .what = {.name = std::move(name)}, .args = std::move(args)};
}

Type tried(const Type& type) {
  const bool fits = type.kind == Type::holder && (type.what.name == "Option" || type.what.name == "Result") && !type.args.empty();
  return fits ? type.args.front() : Type{};
}

Type element(const Type& type) {
  if (type.kind != Type::holder || type.args.empty()) return {};
  const std::string& name = type.what.name;
  if (name == "HashMap" || name == "BTreeMap") return holder("()", type.args);
  const bool fits =
      name == "[]" || name == "Vec" || name == "VecDeque" || name == "HashSet" || name == "BTreeSet" || name == "iter" || name == "Option";
  return fits ? type.args.front() : Type{};
}

Type given(const Type& object, std::string_view method) {
  const auto hit = std::ranges::find_if(kGives, [&](const Gives& g) {
    return g.method == method && (" " + std::string(g.holders) + " ").contains(" " + object.what.name + " ");
  });
  if (method == "clone" || method == "to_owned") return object;
  if (hit == kGives.end() || object.args.empty()) return {};
  const Type &first = object.args.front(), &last = object.args.back();
  switch (hit->what) {
    case 'o':
      return holder("Option", {first});
    case 'e':
      return first;
    case 'i':
      return holder("iter", {element(object)});
    case 'r':
      return holder("Result", {first});
    case 'v':
      return holder("Option", {last});
    case 'w':
      return holder("iter", {last});
    case 'f':
      return {.kind = Type::foreign};
    default:
      return object;
  }
}

}  // namespace argosy::code::impls

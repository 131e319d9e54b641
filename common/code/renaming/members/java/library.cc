#include "common/code/renaming/members/java/library.h"

#include <algorithm>
#include <array>

namespace argosy::code::java_members::library {
namespace {

using Words = std::string_view;  // with blanks between and around

constexpr Words kContainers =
    " Iterable Collection List Set SortedSet NavigableSet Queue Deque ArrayList LinkedList HashSet LinkedHashSet TreeSet ArrayDeque "
    "PriorityQueue Vector Stack Iterator ListIterator Enumeration Optional Stream Supplier Callable CopyOnWriteArrayList Class ";
constexpr Words kMaps = " Map SortedMap NavigableMap HashMap LinkedHashMap TreeMap Hashtable ConcurrentMap ConcurrentHashMap ";
constexpr Words kElement =
    " get next previous getFirst getLast removeFirst removeLast first last peekFirst peekLast pollFirst pollLast pop poll element orElse "
    "orElseThrow orElseGet firstElement lastElement elementAt nextElement call cast newInstance higher lower floor ceiling ";
constexpr Words kSame =
    " iterator listIterator stream parallelStream elements subList descendingIterator filter sorted distinct limit skip takeWhile "
    "dropWhile "
    "findFirst findAny headSet tailSet subSet descendingSet or ";
constexpr Words kValue = " get getOrDefault remove put putIfAbsent computeIfAbsent replace merge computeIfPresent compute ";
constexpr Words kHandsElement =
    " forEach filter map flatMap mapToInt mapToLong mapToDouble anyMatch allMatch noneMatch removeIf ifPresent takeWhile dropWhile "
    "forEachOrdered forEachRemaining ifPresentOrElse mapToObj ";

bool has(Words words, std::string_view word) { return !word.empty() && words.find(" " + std::string(word) + " ") != Words::npos; }

Type container(std::string_view name, std::vector<Type> arguments) {
  return {.kind = Type::foreign, .name = std::string(name), .arguments = std::move(arguments)};
}

}  // namespace

bool is_container(const Type& type) {
  return type.kind == Type::foreign && type.dimensions == 0 && !type.klass && type.arguments.size() == 1 && has(kContainers, type.name);
}

std::optional<Type> result(const Type& receiver, std::string_view method) {
  if (receiver.kind != Type::foreign) return std::nullopt;
  const auto& arguments = receiver.arguments;
  if (is_container(receiver)) {
    // Whose `peek` hands an element back, and whose is a stream's.
    if (has(kElement, method) || (method == "peek" && receiver.name != "Stream")) return arguments.front();
    if (has(kSame, method) || method == "peek") {
      const bool stream = method == "stream" || method == "parallelStream" || (receiver.name == "Stream" && !method.starts_with("find"));
      return container(stream ? "Stream" : method.starts_with("find") ? "Optional" : "Iterable", arguments);
    }
    return std::nullopt;
  }
  if (arguments.size() != 2) return std::nullopt;
  if (receiver.name == "Entry") {
    if (method == "getKey") return arguments[0];
    if (method == "getValue") return arguments[1];
  }
  if (!has(kMaps, receiver.name)) return std::nullopt;
  if (has(kValue, method)) return arguments[1];
  if (method == "keySet") return container("Set", {arguments[0]});
  if (method == "values") return container("Collection", {arguments[1]});
  if (method == "entrySet") return container("Set", {container("Entry", arguments)});
  return std::nullopt;
}

bool hands_element(std::string_view method) { return has(kHandsElement, method); }

}  // namespace argosy::code::java_members::library

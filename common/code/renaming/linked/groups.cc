#include "common/code/renaming/linked/groups.h"

#include <algorithm>

#include "common/code/places.h"

namespace argosy::code::linked {
namespace {

Place place_of(const Declaration& d) { return place_at(d.model->path, *d.model->tree, d.binding.name.start()); }

bool fits(std::string_view kind, const Declaration& d) {
  if (kind.empty()) return true;
  const bool function = d.binding.kind == BindingKind::function || d.binding.value.is("preproc_function_def");
  const bool klass = d.binding.kind == BindingKind::klass;
  return kind == "function" ? function : kind == "class" ? klass : !function && !klass;
}

// Files that mention the name, joined where one translation unit reads both.
class Units {
 public:
  Units(const Project& project, const Includes& includes, const std::vector<const Model*>& models) {
    std::vector<std::string> mentioning, sources;
    for (const Model* model : models) {
      index(model->path);
      mentioning.push_back(model->path);
    }
    for (const std::string& path : project.sources())
      if (!includes.is_included(path) || unit_.contains(path)) sources.push_back(path);
    // Whatever lies between a source and a file that mentions the name belongs with both: one walk each way tells it for all.
    const auto read = Includes::reached(includes.edges(), std::move(sources));
    const auto leading = Includes::reached(includes.edges_back(), mentioning);
    const auto between = [&](const std::string& path) { return read.contains(path) && leading.contains(path); };
    for (const auto& [from, targets] : includes.edges())
      if (between(from))
        for (const std::string& to : targets)
          if (between(to)) join(index(from), index(to));
    for (const std::string& path : mentioning) files_[of(path)].insert(path);
  }
  std::size_t of(const std::string& path) { return root(unit_.at(path)); }
  // Those that mention the name.
  const std::set<std::string>& files(std::size_t unit) const { return files_.at(unit); }

 private:
  std::size_t index(const std::string& path) {
    const auto [slot, first] = unit_.try_emplace(path, parents_.size());
    if (first) parents_.push_back(slot->second);
    return slot->second;
  }
  std::size_t root(std::size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parents_[root(a)] = root(b); }

  std::map<std::string, std::size_t> unit_;
  std::vector<std::size_t> parents_;
  std::map<std::size_t, std::set<std::string>> files_;
};

// One meaning in one unit: the declarations in it of one space (and, in C, of names or of tags).
struct Group {
  std::size_t unit = 0;
  std::string space;
  bool tag = false, external = false, defined = false, allowed = false, fitting = false;
  std::vector<const Declaration*> declarations;
};

std::vector<Group> group(Units& units, const std::vector<Declaration>& declarations, const Wanted& wanted) {
  std::vector<Group> groups;
  for (const Declaration& d : declarations) {
    const std::size_t unit = units.of(d.model->path);
    auto hit = std::ranges::find_if(groups, [&](const Group& g) { return g.unit == unit && g.space == d.space && g.tag == d.tag; });
    if (hit == groups.end()) hit = groups.insert(hit, Group{.unit = unit, .space = d.space, .tag = d.tag, .declarations = {}});
    hit->declarations.push_back(&d);
    hit->external = hit->external || !d.internal;
    hit->defined = hit->defined || d.definition;
    hit->allowed = hit->allowed || wanted.allowed(d.model->path);
    hit->fitting = hit->fitting || fits(wanted.kind, d);
  }
  return groups;
}

// typedef struct name {...} name: both names are of one type.
bool is_same_type(const Group& names, const Group& tags) {
  return names.unit == tags.unit &&
         std::ranges::all_of(names.declarations, [](const Declaration* d) { return d->binding.kind == BindingKind::klass; });
}

void describe(const Group& group, Units& units, Symbol& symbol) {
  const auto& files = units.files(group.unit);
  symbol.files.insert(files.begin(), files.end());
  symbol.space = group.space;
  (group.tag ? symbol.tags : symbol.ordinary) = true;
  for (const Declaration* d : group.declarations) {
    const bool function = d->binding.value.is("preproc_function_def");
    symbol.function_macro = d->macro && function && (!symbol.macro || symbol.function_macro);
    symbol.macro = symbol.macro || d->macro;
    symbol.visible = symbol.visible || !d->internal || !d->model->path.ends_with(".c");
    symbol.homes.insert(d->model->path);
    symbol.names.push_back(d->binding.name);
  }
}

std::vector<Place> places_of(const std::vector<const Group*>& groups) {
  std::vector<Place> places;
  for (const Group* group : groups)
    for (const Declaration* d : group->declarations) places.push_back(place_of(*d));
  return places;
}

// Members and what stands in functions: what the user may have meant.
std::vector<Place> inner_places(const std::vector<const Model*>& models, const std::string& name) {
  std::vector<Place> places;
  for (const Model* model : models)
    for (const Scope& scope : model->scopes)
      if (const auto hit = scope.variables.find(name); hit != scope.variables.end())
        for (const Binding& binding : hit->second)
          if (binding.kind == BindingKind::function || binding.kind == BindingKind::klass)
            places.push_back(place_at(model->path, *model->tree, binding.name.start()));
  return places;
}

}  // namespace

Result<Symbol> find_symbol(const Project& project, const Includes& includes, const std::vector<const Model*>& models,
                           const std::vector<Declaration>& declarations, const Wanted& wanted) {
  Units units(project, includes, models);
  const auto groups = group(units, declarations, wanted);
  std::vector<const Group*> meant, elsewhere;
  for (const Group& g : groups) (g.allowed && g.fitting ? meant : elsewhere).push_back(&g);
  const std::string name = "\"" + wanted.name + "\"";
  if (meant.empty()) {
    const std::string what = "no " + (wanted.kind.empty() ? "function, type, constant or macro" : wanted.kind) + " " + name;
    if (elsewhere.empty()) {
      const auto inner = inner_places(models, wanted.name);
      if (inner.empty()) return refuse("symbol_not_found", what, "check the spelling and the language", {});
      return refuse("symbol_not_found", what + " outside of functions and classes; the name stands otherwise in {}",
                    "members keep their names; of a local variable say the function", inner);
    }
    return refuse("symbol_not_found", what + " there; the name stands otherwise in {}", "check kind and paths", places_of(elsewhere));
  }
  // What only says that it is somewhere follows the one definition that there is.
  const auto follows = [](const Group& g, const Group& head) {
    return &g != &head && g.external && head.external && !g.defined && g.space == head.space && g.tag == head.tag;
  };
  const auto head = std::ranges::max_element(meant, {}, [](const Group* g) { return std::pair(g->defined, !g->tag); });
  const Group& chosen = **head;
  std::erase_if(meant, [&](const Group* g) { return g == &chosen || follows(*g, chosen); });
  std::erase_if(meant,
                [&](const Group* g) { return chosen.tag != g->tag && is_same_type(chosen.tag ? *g : chosen, chosen.tag ? chosen : *g); });
  if (!meant.empty()) {
    meant.push_back(&chosen);
    return refuse("symbol_ambiguous", name + " is declared in {}", "name the one that is meant with \"paths\" or \"kind\"",
                  places_of(meant));
  }
  if (!chosen.defined && chosen.external)
    return refuse("symbol_not_found", name + " is declared but not defined here, in {}",
                  "what lies outside of the repository keeps its name", places_of({&chosen}));

  Symbol symbol;
  describe(chosen, units, symbol);
  const auto rivals = [&](const Group& g) {
    return &g != &chosen && g.external && g.defined && chosen.external && g.space == chosen.space && g.tag == chosen.tag;
  };
  for (const Group& g : groups)
    for (const Declaration* d : g.declarations)
      if (rivals(g) && d->binding.kind != BindingKind::klass && !d->internal) symbol.rivals.push_back(place_of(*d));
  const bool rivalled = std::ranges::any_of(groups, rivals);
  for (const Group& g : groups) {
    const bool twin = &g != &chosen && g.tag != chosen.tag && g.unit == chosen.unit && is_same_type(chosen.tag ? g : chosen, chosen);
    if (twin && wanted.kind != "constant" && wanted.kind != "function") describe(g, units, symbol);
    if (!follows(g, chosen)) continue;
    if (rivalled)
      for (const Declaration* d : g.declarations) symbol.unclear.insert(d->model->path);
    else
      describe(g, units, symbol);
  }
  return symbol;
}

}  // namespace argosy::code::linked

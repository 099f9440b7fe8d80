#ifndef GATHER_CLIENT_REACTION_H_
#define GATHER_CLIENT_REACTION_H_

namespace gather::internal {

class TaskOwner;

// Marks, for as long as it lives, that this thread runs a reaction which keeps `owner` open, so
// that waiting here for the owner's end would be waiting for itself. They may be nested; each is
// destroyed on its own thread, the inner before the outer.
class Reaction {
 public:
  explicit Reaction(const TaskOwner* owner);
  ~Reaction();
  Reaction(const Reaction&) = delete;
  Reaction& operator=(const Reaction&) = delete;

  // Whether this thread runs one of that owner's.
  static bool Runs(const TaskOwner* owner);

 private:
  const TaskOwner* const owner_;
  const Reaction* const outer_;
};

}  // namespace gather::internal

#endif  // GATHER_CLIENT_REACTION_H_

# shellcheck shell=bash
gatherctl call --mode=collect --timeout=400ms --max_concurrency=4 \
  users /demo.Users/GetUser '{"name": "ada"}' --id=ada \
  + users /demo.Users/GetUser '{"name": "nobody"}' --id=nobody \
  + posts /demo.Posts/List '{"author": "ada"}' --id=posts \
  + adverts /demo.Adverts/Pick '{"topic": "auction"}' --id=auction \
  + lima /demo.Replica/Lookup '{"key": "motto"}' --timeout=150ms \
  + rome /demo.Replica/Lookup '{"key": "motto"}' \
  + oslo /demo.Replica/Lookup '{"key": "motto"}'

"""The wire, as protoc generates it from proto/gather/v1/gather.proto."""

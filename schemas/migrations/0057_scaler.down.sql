-- The role stays: other databases of the cluster may use it.
DROP FUNCTION scaler_load_v1(text);

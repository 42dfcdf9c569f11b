package value

// Force computes a Lazy; any other value is given back.
func Force(v Value) (Value, error) {
	for {
		lazy, ok := v.(Lazy)
		if !ok {
			return v, nil
		}
		var err error
		if v, err = lazy.Force(); err != nil {
			return nil, err
		}
	}
}

// Truth is Python's bool(v).
func Truth(v Value) (bool, error) {
	switch v := v.(type) {
	case Bool:
		return bool(v), nil
	case NoneType:
		return false, nil
	case Str:
		return v != "", nil
	case Int:
		return v != 0, nil
	case Float:
		return v != 0, nil
	case Tuple:
		return len(v) > 0, nil
	case *List:
		return len(v.Items) > 0, nil
	case Bytes:
		return len(v) > 0, nil
	case *Undefined:
		return false, v.use()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return false, err
		}
		return Truth(forced)
	case Truther:
		return v.Truth()
	case Sized:
		return v.Len() > 0, nil
	}
	return true, nil
}

// Len is len(v).
func Len(v Value) (int, error) {
	switch v := v.(type) {
	case Str:
		return runeCount(string(v)), nil
	case *List:
		return len(v.Items), nil
	case Tuple:
		return len(v), nil
	case Bytes:
		return len(v), nil
	case *Undefined:
		return 0, v.use()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return 0, err
		}
		return Len(forced)
	case Sized:
		return v.Len(), nil
	}
	return 0, Errorf(TypeError, "object of type '%s' has no len()", v.TypeName())
}

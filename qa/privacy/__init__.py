"""What in a call is private: found in its text, masked there, and covered in its audio."""

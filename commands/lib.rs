//! What people can say to Muster.

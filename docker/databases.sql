-- Run once by the postgres image, for a cluster that is made with --locale=C.
CREATE DATABASE homeroom;
CREATE DATABASE synapse;

--
-- PostgreSQL database dump
--

\restrict qOwbPjGQXcVzAbn7d2pXhTt4SxkE1uMeKcAS0fCvLsRr

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;

CREATE FUNCTION public.dumped_function() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN true THEN 1
             ELSE 2
         END AS "case";
END;

CREATE TABLE public.dumped (
    id integer NOT NULL,
    note text DEFAULT 'a;b'::text
);

COPY public.dumped (id, note) FROM stdin;
1	first; row
2	\N
\.


ALTER TABLE ONLY public.dumped
    ADD CONSTRAINT dumped_pkey PRIMARY KEY (id);

--
-- PostgreSQL database dump complete
--

\unrestrict qOwbPjGQXcVzAbn7d2pXhTt4SxkE1uMeKcAS0fCvLsRr


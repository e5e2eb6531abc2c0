SET search_path = pg_catalog; SET LOCAL TimeZone TO 'Asia/Tokyo'; SET SESSION DateStyle = 'German';
CREATE TABLE public.set_settings (a timestamptz DEFAULT '01.02.2026 03:04:05');
INSERT INTO public.set_settings DEFAULT VALUES; RESET DateStyle; RESET search_path;

"""Generated test data of the table calendar_events. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'calendar_events'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '6be2eed63a2fdccc68009aedccc6f11e'
ROWS = 121
DIGEST = 'da6371f74187e4e233323919d74b26839494180e04e9fc3ca2a012da2b69a80e'

AUTO_CALENDAR_EVENTS_DATA = rows(
    columns=(
        'id',
        'run_id',
        'event_key',
        'title',
        'starts_at',
        'ends_at',
    ),
    text=r'''
00d659d7-4630-93b5-a022-f5ebfb1112bb	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-22fd90e4-61ad-5538-9a7a-f70b986edaec	Physics 2: Joranric with Loraron	2025-03-06 18:30:00+00	2025-03-06 20:00:00+00
03a31a96-16af-e397-9735-868394265119	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-2daef88e-91a8-51e9-84cf-f75339ae8fa3	Chemistry 1: Çaledin, Loraron, Oranina Fenoswen, Wenolric with Jorevian	2025-03-07 14:30:00+00	2025-03-07 15:45:00+00
046d0354-2708-4e19-1fbd-db43e8cb7b6b	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-c042c824-e15a-52ce-8f92-c0156bee8c0a	IT 2: 霁舟朗, 凪岚晴 with Maveda	2025-03-04 14:30:00+00	2025-03-04 16:30:00+00
049d22ce-9dd8-6958-398c-63a681cc7bec	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-6814740f-64b2-5ae7-a00f-2b0a351a92b1	Chemistry 1: Šarovel with Elevian	2025-03-06 14:30:00+00	2025-03-06 16:00:00+00
05c4a40f-c56a-90b1-cbd6-d24c3393f3f0	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-6148a760-2ab4-599d-9d94-e25e6adf790a	Math 1: Fenemon with Maveda	2025-03-07 08:00:00+00	2025-03-07 09:00:00+00
07a4bdee-b5bb-376d-1026-2ea32247c836	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-4ff4e635-72d4-5c8d-94f3-d364f84fa1b2	Math 1: طلفارا with كرفانين	2025-03-05 15:45:00+00	2025-03-05 17:45:00+00
09f06613-633a-60e0-f0e4-edb59230d860	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-247961e5-b5a4-5471-b66f-7fe9377911a0	Math 2: Ορλούλη with كرفانين	2025-03-09 08:00:00+00	2025-03-09 09:00:00+00
0be7712b-b1e5-fd3e-2f12-be1bd00ea9b3	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-ec34797c-ba1e-5d5e-9beb-1fc6f2f26667	Chemistry 1: Fenemon, Rosemette with Ulimina	2025-03-08 09:30:00+00	2025-03-08 11:00:00+00
0d9c6ad9-5f3f-3f7e-c41c-2560d821d4c4	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-7efa788f-46ed-5af6-99cf-d2104cde0eaf	Physics 2: 凪舟朗, 霁岚晴 with Loraron	2025-03-06 16:30:00+00	2025-03-06 18:30:00+00
10b264de-80b8-c5e1-ee38-aefc63cdcacf	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-0204e00e-2711-50bf-9cbc-7d917164d7c2	IT 2: 禾音丸 with Maveda	2025-03-04 16:30:00+00	2025-03-04 17:45:00+00
136b304a-a21a-1f0c-336a-de41a2ba1a72	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-d865f426-e806-599d-804f-1d5b05f49082	Physics 2: كرفانين with 凪岚晴	2025-03-09 14:30:00+00	2025-03-09 15:45:00+00
1daac885-e9d4-5ada-d84d-2baabac3802e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-7194b96c-214c-50b1-8d4c-b5e7350b722d	Geography 1: 凪岚晴 with Loraron	2025-03-09 08:00:00+00	2025-03-09 09:15:00+00
1ec68ddc-c6ff-3815-3c30-9a93ff4ac99f	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-379f2923-8ee0-5cca-8cbc-a0d1d09637c8	Biology 2: Avolis, Oranina Fenoswen, كرفانين, سهلاديل with Elevian	2025-03-08 08:00:00+00	2025-03-08 09:15:00+00
1f1606b8-0f16-379d-fb98-67315f46c96e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-424e4323-651c-57f9-9e39-55bdd733e116	Math 1: كرفانين with كرفانين	2025-03-04 20:00:00+00	2025-03-04 21:15:00+00
1f626a9f-68ba-70c2-5e0b-4a6de2e9bec7	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-fb0b94f3-9f8d-5872-b91f-c41271617656	Physics 2: 凪澄禾 with Loraron	2025-03-06 20:00:00+00	2025-03-06 21:00:00+00
216488e3-dba7-ce16-16a3-d614f8c71390	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-c35396f6-9f38-58b8-8866-b82ba04b2862	IT 1: 霁舟朗, 凪岚晴 with Maveda	2025-03-07 17:30:00+00	2025-03-07 19:00:00+00
22e813f5-efe6-ac9e-029f-aa4a03adadf9	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-1374b28b-adef-57ae-944f-71c8fe20ec96	Physics 2: Loraron, Αρχολένης, كرفانين, سهلاديل with Ulimina	2025-03-08 08:00:00+00	2025-03-08 09:30:00+00
234ae133-4b38-ed95-8174-35521970338b	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-7f8f4cad-9fe0-5c52-b9d4-9e0ae760c05d	Chemistry 2: كرفانين, سهلاديل with Jorevian	2025-03-06 14:30:00+00	2025-03-06 15:30:00+00
24d91a8d-3fb6-f4f5-a4ad-0fc023e9a622	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-b837e0aa-350f-5b7d-9f13-3ad8aadb68fe	Biology 1: Αρχολένης with Любозовин	2025-03-09 10:30:00+00	2025-03-09 11:30:00+00
28873236-539d-1f92-69ed-695adfd8ea9d	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-43c0c3ce-4fb6-59e6-a37b-f466a9eded64	Physics 1: كرفانين with 凪岚晴	2025-03-07 08:00:00+00	2025-03-07 09:00:00+00
29abc48b-71ad-d441-7b6f-9eb8c3cd50cf	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-e6312e29-1795-5198-a069-dfcad5d72e3a	Math 1: 霁岚晴 with Maveda	2025-03-08 08:00:00+00	2025-03-08 09:00:00+00
2ef535c1-0953-3e72-1b03-33636bebf145	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-14deca2b-426f-515e-9f91-729441479926	Chemistry 2: Ilarelle with Elevian	2025-03-08 11:00:00+00	2025-03-08 12:15:00+00
34bf38cb-2581-9c42-f617-c8874b30e030	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-c7c370d8-2ef0-5b76-931f-f69fcc2b025f	Math 1: 凪岚晴 with كرفانين	2025-03-08 10:30:00+00	2025-03-08 12:15:00+00
36de0fe1-202a-8f9f-7e5a-b6490d3cc68a	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-48f3fcb2-9520-5c4a-ab74-500b3dc2e65d	Physics 2: Ορλούλη, Ζερμίρα with Loraron	2025-03-07 14:30:00+00	2025-03-07 16:00:00+00
3860a891-5bd2-e356-198d-90ae69e4efc4	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-13e414fb-9c84-58de-9ded-a63adc95941a	Chemistry 1: Pellimina-Cadolon Ulimia with Jorevian	2025-03-07 15:45:00+00	2025-03-07 17:15:00+00
39d1c0fc-b20e-416c-4085-50d4f6f039e9	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-432615b6-591f-5bad-ac6f-b65ea1b7a739	IT 1: Rosemette, Осковин, Любозедан with Φαλδούλη	2025-03-08 08:00:00+00	2025-03-08 09:15:00+00
3d861f33-7a28-33a9-0dfc-941a6310b52e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-dc6ecc10-78bd-5695-8e03-4ad4fd5266cf	Biology 1: Tamidelle, Belanwen, Φαλδούλη, Ορλούλη with Elevian	2025-03-04 16:00:00+00	2025-03-04 18:00:00+00
3dc725c9-bc36-a92a-4e84-18715778b002	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-7e727eaa-d8d6-5f41-8da3-13134c5b0d64	Biology 1: Oranina Xanedina Ørmunde, 砚舟朗 with Любозовин	2025-03-08 08:00:00+00	2025-03-08 09:30:00+00
3ee7c2e9-9f2c-a1b2-7640-66fd1cdaa69e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-8bcf8aa0-8d9e-566a-885b-a4f116d0b088	Physics 1: طلفارا with 凪岚晴	2025-03-08 08:00:00+00	2025-03-08 08:45:00+00
44668f05-7be3-c497-f94e-d48a4502b3a2	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-e1296f0e-ff46-5798-8e59-29d1ea45ea8e	Math 1: Любозедан with كرفانين	2025-03-04 15:45:00+00	2025-03-04 17:00:00+00
44c2a933-e9ed-bd0f-50ae-d1080bd03a27	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-f4ce2045-5ad1-5cdd-86b8-2e0005a46e50	IT 1: Ulimina with Maveda	2025-03-04 17:45:00+00	2025-03-04 19:00:00+00
4a693723-550d-5dd1-a0cf-27a9c3e8c1f8	7773a6d4-06fc-5d4e-8a03-25e6d966d222	typed-ry5agqsoa3m3lkkr	Joridwen fenoson: Ulimina Šarovel-Doredon, Elevian Joranon, طلفاسام ترسيرا طلفانين, Ulimia Yelolwen-Hesanis Doredon	2025-03-05 15:00:00+00	2025-03-05 17:00:00+00
5131d8b0-7525-9e76-7977-62a5da7a905f	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-fe20d57b-435d-544e-b80a-aca65343e36d	Geography 1: Любозедан with Φαλδούλη	2025-03-04 17:00:00+00	2025-03-04 18:30:00+00
51b42ee0-e154-e1ef-00a6-5d45f5c720a4	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-64f46b51-7df9-5ac3-a95b-a0fb4fe8996a	Math 1: Ilarelle, Orola with كرفانين	2025-03-04 14:30:00+00	2025-03-04 15:45:00+00
54713c79-cfcb-3da8-badf-5659c36bd90e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-e0e30bd2-9ae2-5c40-80ab-5880741c6977	Chemistry 1: Zefimon with Ulimina	2025-03-04 16:00:00+00	2025-03-04 18:00:00+00
54daf27c-e41c-c2e2-318f-3ab50095d45c	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-4443833e-b741-5416-8fc4-ec003482a8f6	Geography 1: 凪澄禾 with Jorevian	2025-03-04 14:30:00+00	2025-03-04 16:00:00+00
59d69c6a-2d6a-19e7-d367-4ae29138d6b3	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-b450a608-5741-533f-be54-6e20f3fe81e9	Physics 1: Orola with Loraron	2025-03-03 16:00:00+00	2025-03-03 17:30:00+00
5a65311b-85a3-2f93-a146-6e5f1f54a078	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-165354cb-7fd8-5fdb-8950-1e0b4b200b24	Chemistry 1: سهلاديل with 凪岚晴	2025-03-07 14:30:00+00	2025-03-07 15:45:00+00
5cdb54eb-1922-a28f-514c-7e50897d6384	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-91536957-e395-532f-86b8-20c6a6abce36	Physics 1: Joranric with Loraron	2025-03-05 18:30:00+00	2025-03-05 20:00:00+00
5ee069c3-d429-0895-e64e-d1ea08a77c5a	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-0f0d4e54-2e66-51e9-844b-4a63c502271d	Biology 1: 霁舟朗 with Elevian	2025-03-03 14:30:00+00	2025-03-03 16:00:00+00
5fdf63d4-27fd-9424-6221-40d42966bc59	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-3816ee57-34c4-53de-8132-c092e1adc6c6	Biology 1: Oroson with Elevian	2025-03-03 17:30:00+00	2025-03-03 19:00:00+00
6288121e-e966-cbb9-d547-b1f2c2d373ef	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-2e6c9a5f-ce6b-5fc7-a2b4-bb6f5936c68b	Math 1: Ορλούλη with كرفانين	2025-03-08 09:00:00+00	2025-03-08 10:30:00+00
655bbcd6-beea-0d37-d132-e212b2b08598	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-f67f7f85-1b23-5afc-9645-a16f4f6b06ab	Geography 2: 凪澄禾 with Jorevian	2025-03-05 20:15:00+00	2025-03-05 21:45:00+00
6809b37c-a3c2-12d1-43fc-d328fbc9d178	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-c80ee9ac-601d-5b03-a26a-6c98bdc81633	Math 2: Joranric, Loraron, Αρχολένης, Ζερμίρα with Maveda	2025-03-07 15:45:00+00	2025-03-07 16:45:00+00
6c6dc581-0aeb-5ac2-44db-4d9ca5732f11	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-19240f3d-f894-5653-bdda-72e2d5ef7c12	Physics 1: Çaledin, Rosemette with Loraron	2025-03-07 17:00:00+00	2025-03-07 18:30:00+00
6cb2e093-bd87-8913-b9eb-ed3b8dc73601	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-9b506c79-8c75-5b14-a511-1ed326e8bc2b	IT 2: Rosemette, Осковин, Любозедан with Φαλδούλη	2025-03-08 10:45:00+00	2025-03-08 11:45:00+00
6e149882-ae67-c624-c575-12fd1b432a9e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-bd58eabf-529a-5c6f-a1db-c8aa2d154ca6	Physics 2: Oranina Fenoswen with 凪岚晴	2025-03-07 15:45:00+00	2025-03-07 17:00:00+00
6f1d18f4-fcca-046e-bb93-b69bd545e411	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-bc620937-253c-557c-98e0-92badb17eb0f	Chemistry 2: Avolis, Orola with 凪岚晴	2025-03-06 17:30:00+00	2025-03-06 19:15:00+00
7067a5c6-ae6a-b9f2-2550-dd5270a616ba	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-fb8c72d9-38c5-5be7-8629-ab6cb5c51218	Chemistry 1: Avolis, Orola with 凪岚晴	2025-03-06 20:00:00+00	2025-03-06 22:00:00+00
721ec9f1-a0d0-78f2-0506-01296ee65caa	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-0b9263ad-af87-5334-85e3-2ebe5bff616c	Math 2: Šarovel with كرفانين	2025-03-05 14:30:00+00	2025-03-05 15:45:00+00
725ad589-6f83-fc88-d70e-1001ed303942	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-c62f3bf0-f0c3-5a5a-bf74-d07863d18e03	Chemistry 1: Oranina Xanedina Ørmunde with Jorevian	2025-03-06 17:45:00+00	2025-03-06 19:15:00+00
72a12341-fd4b-9ceb-3089-c688b976c3da	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-f2a28592-c699-5942-a205-b281257d7e33	Biology 1: Zefara with Любозовин	2025-03-06 17:00:00+00	2025-03-06 18:30:00+00
74a33279-f01e-7162-17f9-43690bd306f1	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-4409b62f-1989-57cb-ab26-25b2407079ae	Geography 1: طلفارا with Φαλδούλη	2025-03-06 14:30:00+00	2025-03-06 16:00:00+00
77cc1d56-fe12-42cb-dd3e-dd646b0ae54d	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-0ecf7215-31bb-50f7-ae66-2c0e4bd31fbc	Chemistry 2: Pellimina-Cadolon Ulimia with Jorevian	2025-03-05 18:30:00+00	2025-03-05 20:00:00+00
821c8c5e-b65b-6a9e-803b-4ea9693d7ad7	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-8d2d28df-8aaf-538a-af63-048d9b27e99b	IT 1: Joranric, Tamidelle, Ορλούλη with Maveda	2025-03-09 08:00:00+00	2025-03-09 09:30:00+00
823742cd-0483-1b87-44b1-2e7a337afbbb	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-7edcdc1d-7a42-5c5c-9507-f2957e3eba09	Math 1: Rosemette, Çaledin, Wenolric, Осковин with كرفانين	2025-03-06 14:30:00+00	2025-03-06 15:45:00+00
848a3743-4ae6-853c-b629-2b49d25bd0dd	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-d27ad15d-79fd-5ba9-a88c-29eef0d24d2c	Geography 1: Doredon, Αρχολένης, Любозедан with Jorevian	2025-03-05 15:30:00+00	2025-03-05 16:45:00+00
848ce201-200e-943f-ebca-54262913831a	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-960f0a39-f6f9-5ca0-b548-564c1da6e737	Biology 1: Бореледан with Elevian	2025-03-04 18:00:00+00	2025-03-04 19:30:00+00
8bb56df3-6174-57c0-30bf-20811c23e8a7	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-41456ea2-66f5-5708-9669-aadbc08d7ea8	Geography 1: Joranric, Ζερμίρα with Jorevian	2025-03-03 14:30:00+00	2025-03-03 15:30:00+00
8bbba2d0-37ee-7619-b773-dc2f713a17e1	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-70f41b93-91fa-52d4-9227-be6acd84c7bd	Geography 2: Joranric, Ζερμίρα with Jorevian	2025-03-05 17:15:00+00	2025-03-05 18:30:00+00
8e5cca07-6dfb-60a4-ce50-23d9ae907db9	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-9a4ee72d-fdf3-5d3a-bd15-5013dca8a571	Chemistry 2: Zefara with Jorevian	2025-03-05 14:30:00+00	2025-03-05 15:30:00+00
8e7e6ba3-23d4-c6cf-1006-757b11ecab86	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-f01fd903-b3f4-5ad7-97de-5fa00a7354f7	Math 1: Šarovel with كرفانين	2025-03-07 08:00:00+00	2025-03-07 09:00:00+00
8ee83c3f-942d-8b5c-807d-99d43d949496	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-90e32af7-43b5-569f-951a-e3eefdc2bf70	IT 1: Oranina Fenoswen with Maveda	2025-03-06 15:15:00+00	2025-03-06 16:15:00+00
904943be-c74a-0464-8a32-f37c362a0556	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-91e027a2-bc30-5738-a6dd-dcc4a175e3ca	Math 2: Ilarelle, Orola with كرفانين	2025-03-03 14:30:00+00	2025-03-03 15:30:00+00
91e6127f-8297-28ca-fada-e9585c89481e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-35686daa-7c82-5625-b8af-f464ff1f2fcf	Physics 1: Ορλούλη, Ζερμίρα with Loraron	2025-03-04 14:30:00+00	2025-03-04 15:45:00+00
92760ad9-405f-1834-eb81-c9955cc3b7df	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-be7d71d8-8bbd-59d5-b426-65bd6d19dc22	Physics 2: Zefara with Loraron	2025-03-03 17:30:00+00	2025-03-03 18:45:00+00
94a22463-6e19-1419-031b-54d528a7df36	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-fa51f3b2-e57f-51de-b67e-cb8a286bfb2b	Geography 2: 砚舟朗 with Φαλδούλη	2025-03-09 08:00:00+00	2025-03-09 09:30:00+00
95bc865c-3e27-9885-2a49-86ff5340fc5a	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-23c1e249-f9b0-5c46-a398-1e4938fba332	Math 1: 禾音丸 with كرفانين	2025-03-08 08:00:00+00	2025-03-08 09:00:00+00
95c9a1d0-b136-d2fc-4a12-e533cd4254e1	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-4dfd8bbe-819b-5619-84e4-2e4bdf580264	Biology 1: Avolis, Oranina Fenoswen, كرفانين, سهلاديل with Elevian	2025-03-04 14:30:00+00	2025-03-04 16:00:00+00
95e53256-7374-00e3-34d3-66f03b313e0c	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-8b87871c-2419-58e6-a7e4-fb8e1141c9f5	Physics 1: Zefara with Loraron	2025-03-04 17:00:00+00	2025-03-04 18:00:00+00
9bc06d07-2e88-1994-c2e9-61cb65c8318e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-88a74ca0-5444-5977-af29-fb37c723c89e	Geography 1: 禾音丸 with Любозовин	2025-03-05 14:30:00+00	2025-03-05 16:00:00+00
9c157607-687e-b693-29e3-d0b4e53d4fb0	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-ac717842-542b-5909-a67b-751f5b47d200	IT 1: Doredon with Maveda	2025-03-07 19:00:00+00	2025-03-07 20:30:00+00
9c634fa8-508c-1562-18a3-77835f10e91b	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-eeaa5eb0-cfdd-51c7-bb0c-0c49100f8f23	IT 1: 砚舟朗 with Φαλδούλη	2025-03-05 16:00:00+00	2025-03-05 17:45:00+00
9c7031c6-970d-59ce-fe10-d91a513b4635	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-d04e91ae-a357-56c0-9859-6eb28de81742	Biology 1: Fenemon, Avolis, Оскедан, Любозедан with Любозовин	2025-03-09 09:15:00+00	2025-03-09 10:30:00+00
9d83a3ec-8914-cc44-47e7-94e6aafbc450	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-f3b48203-7a24-585d-a0dd-9148f88ec8f1	Biology 2: Tamidelle, Belanwen, Φαλδούλη, Ορλούλη with Elevian	2025-03-08 09:15:00+00	2025-03-08 11:00:00+00
9e05f635-6eb5-c41c-4b44-dc82a51dffde	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-4988d57f-6510-5cfe-a2ce-3dc8703e0559	Physics 1: Oranina Fenoswen with 凪岚晴	2025-03-09 08:00:00+00	2025-03-09 08:45:00+00
9e77b2fd-5dfb-d125-5c7f-db64a492d192	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-0aef3cef-a526-59ef-86a9-3f444ef4178b	Physics 1: 凪舟朗, 霁岚晴 with Loraron	2025-03-06 14:30:00+00	2025-03-06 16:30:00+00
a2cbad1d-a363-1070-707f-25c78d780f28	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-f0b4dd96-bfdc-5e24-a146-15ae12ae1272	Chemistry 1: Zefara with Jorevian	2025-03-08 08:00:00+00	2025-03-08 09:30:00+00
a2d1eb4e-6539-7c06-de78-a2ff4fd5f971	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-ea5c0330-0463-5382-bb03-0f805e565006	Physics 2: Çaledin, Rosemette with Loraron	2025-03-05 14:30:00+00	2025-03-05 16:00:00+00
a2f63797-1356-737d-6d39-783f65a9a0f4	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-1c3670af-3877-5cdc-b1a0-bd7de0920d45	Geography 2: طلفارا with Φαλδούλη	2025-03-09 14:30:00+00	2025-03-09 16:00:00+00
a48d0d13-d67a-c8ac-a2b5-dc28cb531623	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-978ff9d4-81d1-5d13-b600-c1e9961bc8db	Geography 1: Fenemon, Ulimina with Loraron	2025-03-03 14:30:00+00	2025-03-03 16:00:00+00
a8baa75e-812f-5345-1e7b-2001744c38eb	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-874a6f7b-a2be-555e-ac60-70c51e30f0a4	IT 1: 禾音丸 with Maveda	2025-03-06 14:30:00+00	2025-03-06 15:15:00+00
a9b0be9a-14b4-d836-60dd-67b5024ea771	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-96748adf-8aa4-5d91-a4b4-8ad1859d8788	Physics 1: Wenolric, Оскедан with Loraron	2025-03-09 10:30:00+00	2025-03-09 11:30:00+00
b0270ea1-2609-2eba-cf55-f38e1123d1fa	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-5bb36e13-995e-5c24-b333-3e1eeffc84b0	Biology 2: Oroson with Elevian	2025-03-08 12:15:00+00	2025-03-08 13:45:00+00
b0c8b52e-2f5c-870c-f53e-95ff64881910	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-16ecc722-64f1-5bc7-9358-d766435970c7	Chemistry 1: كرفانين with 凪岚晴	2025-03-03 14:30:00+00	2025-03-03 15:15:00+00
b2ff4f97-aeb2-ef3b-fc2c-6d897ceb436d	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-577fde00-56f3-5442-9715-730dc144cf72	Math 1: كرفانين with كرفانين	2025-03-03 15:30:00+00	2025-03-03 16:15:00+00
b492646a-ced8-1e38-ba89-fbf6fb9e5eb0	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-3637ddaa-8344-5bdc-a949-e458e412745b	Chemistry 1: Ilarelle with Elevian	2025-03-07 14:30:00+00	2025-03-07 15:45:00+00
b585df99-1e07-1035-511f-997c464d78dd	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-62a080ef-6507-5fd8-9ffa-6acfa5d96c50	Biology 1: Ulimina with Любозовин	2025-03-03 16:00:00+00	2025-03-03 17:15:00+00
b7330be0-a906-3892-7cce-b0aa834722db	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-9c0c2a82-16a6-5c2b-8bfa-bb7d92cb6759	Math 1: Joranric, Loraron, Αρχολένης, Ζερμίρα with Maveda	2025-03-05 16:00:00+00	2025-03-05 17:15:00+00
b7cb5098-a0c2-8828-ca2f-50830f89cf09	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-5e98f49d-743d-5c27-9ae6-1ab0851a6f3c	IT 2: Avolis, Αρχολένης, Оскедан, Любозедан with Maveda	2025-03-05 14:30:00+00	2025-03-05 15:30:00+00
b8390339-32de-e405-514a-9ff9fba54224	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-ec5a38ef-54d0-50de-b3f6-9ad391e78916	Geography 1: Rosemette, Осковин with Любозовин	2025-03-06 15:45:00+00	2025-03-06 17:00:00+00
bbe37427-3cf1-a56d-410c-7c41044c8425	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-2e5671ba-09ec-52d7-8d12-59fe82f14145	Geography 2: Avolis with Любозовин	2025-03-03 14:30:00+00	2025-03-03 15:45:00+00
bc100d04-20d5-567e-d0ff-deae836d6ec0	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-2262a73a-16b7-5a29-a7f5-d996a4287175	Chemistry 2: كرفانين with 凪岚晴	2025-03-05 14:30:00+00	2025-03-05 15:45:00+00
bd7b95e6-8cbb-6a0c-25dc-887477660c5e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-5895733a-c164-5e64-8d4d-09f93f1ea652	IT 1: Avolis with Maveda	2025-03-03 16:15:00+00	2025-03-03 17:15:00+00
bf6fd216-648b-c7f0-9ada-6de62eddcfec	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-e6bdd4c9-37e9-53d6-8e07-3d9389c25c7e	Biology 2: Rosemette, Çaledin, كرفانين, سهلاديل with Любозовин	2025-03-08 09:30:00+00	2025-03-08 10:45:00+00
bfef33c6-df25-8042-5bae-d1eee0114df5	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-ef0b34f9-0e92-50e9-a043-269343fc0676	Chemistry 1: Belanwen with كرفانين	2025-03-08 13:45:00+00	2025-03-08 15:45:00+00
c233e179-a214-5867-4210-c015a79b59ac	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-d0f087d0-818c-5027-935f-52d98df4bf51	Chemistry 1: سهلاديل, سهلاديل with كرفانين	2025-03-04 17:30:00+00	2025-03-04 19:00:00+00
c2f5dcac-43fe-5b37-b8aa-5363c11d7a13	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-dd53a842-2dbf-554a-ab3f-ca5ccb018980	Chemistry 1: كرفانين, سهلاديل with Jorevian	2025-03-09 08:00:00+00	2025-03-09 09:00:00+00
c89a5083-e0bf-eb7f-9b87-b18103178098	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-a2587ea8-b0e2-5032-989d-2308113f6027	Physics 1: Šarovel with 凪岚晴	2025-03-04 14:30:00+00	2025-03-04 15:30:00+00
c9e9c410-7985-f59c-3633-171c62a2313b	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-6f869222-2800-5eee-a4c2-6679791fadb3	Biology 1: Rosemette, Çaledin, كرفانين, سهلاديل with Любозовин	2025-03-07 15:45:00+00	2025-03-07 17:00:00+00
ce760e28-db9b-4956-b86a-2e9f851477ce	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-42adc001-7eaf-58fd-b693-b126241a8937	Geography 1: Orola with Jorevian	2025-03-07 17:15:00+00	2025-03-07 18:30:00+00
d06028e8-6483-91ab-7264-5a36061cff17	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-7d535429-44d8-57dc-bc14-8a0dc43d03cf	Geography 2: Orola with Jorevian	2025-03-06 15:30:00+00	2025-03-06 17:00:00+00
d5c7d3bd-9784-d387-d20d-f2420b3f0a51	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-3a72e247-7f2a-58a8-bcd2-239ffdc86515	IT 1: Pellimina-Cadolon Ulimia with Maveda	2025-03-05 17:15:00+00	2025-03-05 18:30:00+00
dc7d4263-a14e-c63c-0dde-c64c84b6d20b	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-2abdb55c-3766-56eb-aa00-7e7346341a98	Physics 1: Loraron, Αρχολένης, كرفانين, سهلاديل with Ulimina	2025-03-05 14:30:00+00	2025-03-05 16:00:00+00
e2821050-4acb-8d95-8caa-1a6e92b009f5	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-acac031a-ecfc-5bea-90d6-146706cfc833	Chemistry 1: 霁舟朗 with Jorevian	2025-03-06 17:00:00+00	2025-03-06 17:45:00+00
e8f368f6-e92b-415b-f593-a0213d9ac9aa	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-6c8e0d24-adeb-512d-9db7-0d764e7a399f	Math 2: كرفانين with كرفانين	2025-03-03 16:15:00+00	2025-03-03 17:15:00+00
eb87482e-7f10-e1a4-752f-32ed888c7b3e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-b38da3a6-df7d-5716-b33f-cc3328250095	IT 1: طلفارا with Φαλδούλη	2025-03-09 17:30:00+00	2025-03-09 19:00:00+00
edb3f698-6d88-97ac-e57c-67d887dd1a17	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-3b2ef196-8ef9-5154-95fd-9db449c312fe	Biology 2: Fenemon, Avolis, Оскедан, Любозедан with Любозовин	2025-03-09 08:00:00+00	2025-03-09 09:15:00+00
edecebc0-031a-8b9b-c522-3f826c5ed1cb	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-e183f1ed-2ba1-5d58-9c03-5985d1370b6b	Geography 1: Avolis with Любозовин	2025-03-03 17:15:00+00	2025-03-03 18:30:00+00
eed2d933-7986-91fd-8144-094c43dd6d96	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-92dfcee1-0774-5a77-8610-93b7525d731c	Chemistry 2: Oranina Xanedina Ørmunde with Jorevian	2025-03-03 15:30:00+00	2025-03-03 17:00:00+00
f08ff27c-ce76-d19e-a22c-ac99073ef641	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-13890d3a-ae2d-501e-9a5c-23c08ec8b0b0	Math 1: 凪澄禾 with Maveda	2025-03-03 14:30:00+00	2025-03-03 16:15:00+00
f3405b57-821b-4872-6e81-730d12a86d67	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-6122af4a-4062-505d-a918-df1192095b84	Chemistry 2: Fenemon, Rosemette with Ulimina	2025-03-04 14:30:00+00	2025-03-04 16:00:00+00
f47c7b9f-47dd-d846-6a62-7e00de9909e6	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-c8562e61-700b-5fa8-9eba-2596c471e977	Chemistry 1: Оскедан with كرفانين	2025-03-08 12:15:00+00	2025-03-08 13:45:00+00
f5031a0b-cad8-3a3a-8e70-d60d264bef18	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-72fe2e7f-3894-5e2e-adfb-26e973089516	Physics 1: 凪澄禾 with Loraron	2025-03-04 16:00:00+00	2025-03-04 17:00:00+00
f53c85e1-8bc6-6b6d-28d8-b336c15dc8e2	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-331eda0e-5de7-5de8-a42e-76d6d080d7eb	IT 1: Avolis, Αρχολένης, Оскедан, Любозедан with Maveda	2025-03-07 14:30:00+00	2025-03-07 15:30:00+00
f6682952-2497-5617-f51f-b34c5431d758	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-59874685-e92a-59d1-a4f9-60adc1a6c478	Physics 2: Šarovel with 凪岚晴	2025-03-03 15:15:00+00	2025-03-03 16:30:00+00
f9467032-9aec-c113-7c42-48be1d122d36	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-5a32d2f0-c854-5ed3-97ad-34c692cc6d20	Geography 1: 砚舟朗 with Φαλδούλη	2025-03-05 14:30:00+00	2025-03-05 16:00:00+00
fc83d258-ed33-15ab-c180-4be6b9d2558f	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-83462779-0d38-515c-a7c5-46c9337e1ede	Physics 1: Zefimon, Ilarelle with Ulimina	2025-03-06 14:30:00+00	2025-03-06 15:45:00+00
fcb6c435-3cdb-0b09-207b-796fc5d05f5e	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-071a8a53-b6a8-5c6c-8b4a-7748929755a1	Biology 1: Pellimina-Cadolon Ulimia with Elevian	2025-03-09 08:00:00+00	2025-03-09 09:00:00+00
fcb88817-d88f-c947-ea36-50fd42a6e525	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-79d631df-70d7-593f-9e56-9df6970a59f8	Chemistry 2: Zefimon with Ulimina	2025-03-07 17:30:00+00	2025-03-07 19:30:00+00
fda5022d-3b11-f5f0-b687-14748f3e07c2	3d7c0f7e-6b1a-5a52-8f0e-51c9a4f0b003	tuition-d2d8627b-400d-5e79-bf20-db4bcbed0964	Math 2: 凪澄禾 with Maveda	2025-03-05 18:30:00+00	2025-03-05 20:15:00+00
''',
)

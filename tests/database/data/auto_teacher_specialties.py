"""Generated test data of the table teacher_specialties. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'teacher_specialties'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = 'a08d9f6aa028821add6bdbba58c92694'
ROWS = 85
DIGEST = 'fc30547bf94c221b9109afdffa3c18623fb407f1d4025d03f70105813f23d59f'

AUTO_TEACHER_SPECIALTIES_DATA = rows(
    columns=(
        'id',
        'teacher_id',
        'subject',
        'educational_system',
        'grade',
    ),
    text=r'''
055d29ad-c171-7842-b129-d196a7961f93	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	IGCSE	10
0a8fa685-c77a-2e94-9561-d5f89e146cdc	f4523a46-2c1a-5546-bda7-cc745f45f60a	Chemistry	National-KW	12
0b1c32ea-df09-c0d0-702c-78b8796a82e7	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	SAT	12
0dd60a36-f970-2df2-134b-8ee0783e509b	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Physics	National-KW	8
0f698a38-15b0-7479-22ec-eb1b71dcce26	f4523a46-2c1a-5546-bda7-cc745f45f60a	Chemistry	IGCSE	9
0ff64d85-8f2a-0f7e-3950-4e01a72769d2	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	IGCSE	10
10a2164a-72f3-d9bc-1c04-58911f7f9d7c	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Physics	IGCSE	8
13378746-863c-3e95-c328-7e54d9b65ef7	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	National-KW	11
1371692c-c4a6-084e-67e0-a0feb7aebe4c	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Biology	IGCSE	8
139f1f18-8e78-abe6-7bf3-2aad262305d2	e002457e-d4f9-51f7-894b-50ba56f25637	Geography	National-EG	10
142b0c94-2348-4ef9-bf0a-c94fb386a14e	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	Math	IGCSE	9
16ab87cf-05ce-966a-82c3-b007afdc4c2d	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	Math	IGCSE	10
1bf895ca-8b12-f023-8f8e-4987ba3bd729	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	Geography	SAT	12
1c5a3f31-7689-f867-8b92-99f7f16a9083	03038317-43b0-59ba-ae95-4b8fda315f85	Geography	IGCSE	11
1fb754e4-c62b-d209-36ca-22459e9743dd	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	IT	SAT	11
214859de-ad95-5795-bf35-97fe4a7f3122	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	Math	IGCSE	13
244118ae-d307-9ad8-6e80-51e2919a959a	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	SAT	11
33002794-91db-2504-9f87-983866900ee5	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	IT	IGCSE	10
352eb141-c73c-a54c-310f-092307c83206	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	IGCSE	12
37a11e18-d874-29a1-aa28-4aeff3734daa	e002457e-d4f9-51f7-894b-50ba56f25637	Geography	National-EG	12
3dc4ab45-57b6-228c-9575-04590e0d90f0	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	IGCSE	12
41cdd262-f876-e3a3-0ca1-7bff51552fac	8dc41b9a-5ee7-5d6e-b129-91aa6895bb25	Chemistry	IGCSE	10
4537ba16-8c2b-198c-7ec3-20da3a13f4c1	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	IT	National-KW	11
47798ee5-ec8a-0fbb-e804-f4471d20c9e3	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	IGCSE	9
480c14db-57bb-3899-aa1f-4f722572b5e9	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	IT	IGCSE	8
48d9d19c-be25-55bc-6485-868ae48d6a21	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Biology	IGCSE	11
49a5836b-5b17-847d-5a44-517bb6c21e3b	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	Geography	National-KW	11
4ac1e91c-115d-5f90-1805-51b3031c6d81	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Biology	National-KW	8
4d2c55a7-4ad8-6e81-fd6a-92d8dc2be0b9	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Chemistry	National-KW	8
4e52cc91-1fbf-ea54-b10a-51073663ec49	8dc41b9a-5ee7-5d6e-b129-91aa6895bb25	Chemistry	SAT	8
4e716004-d4e0-5944-a40e-4321f76b63bc	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Physics	SAT	13
4ed7aa53-3ae4-de0b-3bc8-caa1123d6e37	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	IT	SAT	12
50f14649-d395-9994-ef72-7e8acec5bbb3	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	IGCSE	10
53a204ed-703f-9b6e-c508-7081c95e1dbf	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	IT	National-EG	12
557b852b-7bd5-3d52-4887-87e41fed1180	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Chemistry	National-EG	8
5aa7e330-39e6-4ab2-a26d-d5b7ba652ecc	8dc41b9a-5ee7-5d6e-b129-91aa6895bb25	Physics	IGCSE	10
5c5cf1e8-10bf-7729-4075-6522408404a8	03038317-43b0-59ba-ae95-4b8fda315f85	Geography	IGCSE	8
61afba9f-f8d5-6140-3935-d6c0a6287543	291b458b-6e62-5841-8586-b85995b20d6c	Biology	SAT	12
65022976-3c90-fda8-de00-c09131f9b5d9	291b458b-6e62-5841-8586-b85995b20d6c	Biology	National-EG	9
67facdd7-32cb-3b6f-d5fb-96a41f989bc1	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	IGCSE	11
6d9626b2-4d01-8b5a-01d8-21f57fa19038	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	Math	SAT	8
6fec4371-d3ab-dbbd-1773-5894457e5abe	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	SAT	9
72dc4d37-6417-2803-7835-aa685cc5e7a4	03038317-43b0-59ba-ae95-4b8fda315f85	Geography	IGCSE	9
756a7586-8329-c1a7-6afb-f49043d00320	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	IGCSE	9
76c54470-3c59-5042-f40f-d27f45b5a3e0	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Chemistry	IGCSE	8
77f4c1df-e416-4320-c30c-033b174a3f12	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Chemistry	IGCSE	8
78bc8644-3002-5e87-91b6-2950952630d7	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	IGCSE	13
7b758ed8-8ad6-0b0a-8880-8610c3acd1fb	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	SAT	8
7dd5cc29-35ab-8891-da0d-be3af5928417	f4523a46-2c1a-5546-bda7-cc745f45f60a	Chemistry	IGCSE	12
82a5081d-6687-5935-b5c0-46b77966229e	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	SAT	13
842a8bda-8376-04de-5f8a-664de1289939	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	Geography	IGCSE	10
8ffd866b-24ad-9d1e-77b6-41b8ee4e9b37	291b458b-6e62-5841-8586-b85995b20d6c	Geography	SAT	9
945ab0bd-829c-5d83-bb9f-5418a8d190f0	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Chemistry	SAT	13
a109f3bb-4ce1-5eb7-8635-7ed07d6959ab	ef5ddfc9-8428-57ed-bf3b-f90858d4d382	IT	IGCSE	13
a8da43c4-8ea8-508b-ab46-41966383af78	291b458b-6e62-5841-8586-b85995b20d6c	Biology	SAT	13
a8df4853-64c3-85e1-580d-f963053c237f	f4523a46-2c1a-5546-bda7-cc745f45f60a	Chemistry	National-KW	11
aa1cf14c-b0b7-d1e8-7924-17513c9db5e8	e002457e-d4f9-51f7-894b-50ba56f25637	Geography	SAT	11
ac3e6dcf-e032-6207-8085-9c08a01025d5	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	IGCSE	8
ad238f7d-9c2d-af55-18f6-805680bc6474	291b458b-6e62-5841-8586-b85995b20d6c	Biology	National-EG	12
ae21e5cd-cd9e-4658-d7ee-fe9cd65537d4	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	IGCSE	8
b5287bd0-8bd9-23bd-b5bb-f296b474e61c	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	National-KW	8
b6485bfa-85a6-63ca-108c-8c42e0d5a7f6	03038317-43b0-59ba-ae95-4b8fda315f85	Geography	IGCSE	12
ba724b1f-0e6c-ce54-c705-79dbce1d52a2	03038317-43b0-59ba-ae95-4b8fda315f85	Chemistry	National-EG	9
bc85b694-5c23-dd45-aa84-18ffad6091c8	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	IT	SAT	9
c1c7b991-f3bd-31c9-53ad-e0513fe94d4f	e002457e-d4f9-51f7-894b-50ba56f25637	Physics	National-EG	9
c643fa4e-3cd4-becc-de90-afb9f64fd3de	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Biology	IGCSE	12
c6df5077-f913-8890-56d9-b3f386d6d523	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	IT	IGCSE	12
cabba59d-1857-c018-025f-3e5c30cc5146	291b458b-6e62-5841-8586-b85995b20d6c	Geography	IGCSE	8
d24bcd37-658b-c8e8-a504-2af20dcc34d4	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	Math	IGCSE	11
d40979f3-2aad-b4b6-1fb2-b9cea23343a5	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Physics	National-EG	8
d4ef4091-f78f-a6dd-0a83-3e19e9dcedab	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	IT	IGCSE	9
d57fd5ce-2a8f-5557-96be-cd1d9c9693c3	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	IGCSE	13
d62fb466-c050-1451-e1fa-547004495d17	42bc1948-3c7f-5af1-86d7-a9c92e5e26e5	Math	National-EG	10
d9ae2b60-9783-9ff2-a578-08547e330dd6	291b458b-6e62-5841-8586-b85995b20d6c	Biology	IGCSE	10
dbf88ff3-6cdf-73e0-fbe7-fa8b1b41840d	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	IGCSE	12
dcc1c40b-7d5d-bd11-5dac-eb11d6874062	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	IGCSE	9
e47589a8-3f20-f946-de83-2d419ad6bc55	291b458b-6e62-5841-8586-b85995b20d6c	Biology	IGCSE	12
ed628149-8fd2-47e4-2bb4-64c5db2ed2f8	8dc41b9a-5ee7-5d6e-b129-91aa6895bb25	Physics	IGCSE	8
ef17669f-b43a-0880-1e49-4c532eaf3554	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	IGCSE	8
f18fb3de-a9c5-990c-8ab2-7b2358536340	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Biology	IGCSE	9
f290ddf1-b32c-7c62-b5b4-54a9dc0a43d5	f4523a46-2c1a-5546-bda7-cc745f45f60a	Math	National-EG	8
f5f91fd3-3911-7931-0764-2c8032190489	b1802cbc-9c9f-5fce-bc2f-aed44ecdd482	Biology	IGCSE	10
f9db4c0a-9e7e-e161-c425-1e098b948e19	291b458b-6e62-5841-8586-b85995b20d6c	Geography	IGCSE	10
fe7148a3-8784-5adc-8270-95e489e888ac	8dc41b9a-5ee7-5d6e-b129-91aa6895bb25	Physics	IGCSE	13
fee134b8-7407-ae25-63df-65983736191d	9e12e023-cf09-5d04-bcb1-26dec5ca0e95	Physics	National-KW	11
''',
)
